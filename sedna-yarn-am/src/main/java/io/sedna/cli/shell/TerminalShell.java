// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.io.IOException;
import java.nio.file.Path;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;

/** The shell at a terminal: line editing, history in a file, completion. */
final class TerminalShell {
  private final Shell shell;
  private final LineReader reader;

  TerminalShell(Terminal terminal, Session session, Path history) {
    this.shell = new Shell(session, true);
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("sedna")
            .parser(new StatementLines())
            .completer(new ShellCompleter(session.client()))
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "   ... ")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
  }

  /** Until the user leaves. */
  void run() throws IOException {
    while (true) {
      String line;
      try {
        line = reader.readLine("sedna> ");
      } catch (UserInterruptException e) {
        continue;
      } catch (EndOfFileException e) {
        break;
      }
      if (!run(line)) {
        break;
      }
    }
    reader.getHistory().save();
  }

  /** False: the user wants to leave. */
  private boolean run(String line) {
    try {
      for (var statement : StatementParser.parse(line)) {
        if (Shell.isExit(statement)) {
          return false;
        }
        if (!shell.run(statement)) {
          return true;
        }
      }
    } catch (SyntaxException e) {
      // Shows it.
      shell.run(line);
    }
    return true;
  }

  /** Asks for another line while a quote is open; escapes are the statement parser's business. */
  private static final class StatementLines extends DefaultParser {
    StatementLines() {
      setEscapeChars(null);
      setEofOnUnclosedQuote(false);
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      if (context == Parser.ParseContext.ACCEPT_LINE) {
        try {
          StatementParser.parse(line);
        } catch (SyntaxException e) {
          if (e.isIncomplete()) {
            throw new EOFError(-1, cursor, e.getMessage());
          }
        }
      }
      return super.parse(line, cursor, context);
    }
  }
}
