// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a script into statements and words.
 *
 * <p>Statements end with a line or a semicolon; words are parted by blanks. Single and double
 * quotes hold blanks and semicolons. Everywhere a backslash begins an escape: {@code \n \t \r \0 \\
 * \" \' \;}, a blank or the end of the line (which then does not end the statement), or {@code
 * \xNN} for the byte of that hexadecimal number. A statement that begins with {@code #} is a
 * comment up to the end of the line.
 */
final class StatementParser {
  private final String script;
  private final List<Statement> statements = new ArrayList<>();
  private final ByteArrayOutputStream word = new ByteArrayOutputStream();
  private List<Word> words = new ArrayList<>();
  private boolean inWord;
  private boolean quoted;
  private int at;
  private int line = 1;
  private int firstLine = 1;

  private StatementParser(String script) {
    this.script = script;
  }

  /**
   * The statements of a script, in order; comments and empty ones left out.
   *
   * @throws SyntaxException for an open quote or an escape that does not exist
   */
  static List<Statement> parse(String script) {
    return new StatementParser(script).parse();
  }

  private List<Statement> parse() {
    while (at < script.length()) {
      char c = script.charAt(at++);
      if (c == '\n' || c == ';') {
        endStatement();
        line += c == '\n' ? 1 : 0;
      } else if (Character.isWhitespace(c)) {
        endWord();
      } else if (c == '\\' && at < script.length() && script.charAt(at) == '\n') {
        at++;
        line++;
      } else if (c == '#' && words.isEmpty() && !inWord) {
        skipLine();
      } else {
        begin(c == '"' || c == '\'');
        switch (c) {
          case '"', '\'' -> quoted(c);
          case '\\' -> escape();
          default -> append(c);
        }
      }
    }
    endStatement();
    return statements;
  }

  private void begin(boolean withQuote) {
    if (!inWord) {
      inWord = true;
      quoted = withQuote;
      if (words.isEmpty()) {
        firstLine = line;
      }
    }
  }

  private void quoted(char quote) {
    while (at < script.length()) {
      char c = script.charAt(at++);
      if (c == quote) {
        return;
      }
      if (c == '\\') {
        escape();
      } else {
        line += c == '\n' ? 1 : 0;
        append(c);
      }
    }
    throw SyntaxException.incomplete("quote is not closed: " + quote + ", line " + firstLine);
  }

  private void escape() {
    if (at == script.length()) {
      throw SyntaxException.incomplete("nothing follows the backslash, line " + line);
    }
    char c = script.charAt(at++);
    switch (c) {
      case 'n' -> word.write('\n');
      case 't' -> word.write('\t');
      case 'r' -> word.write('\r');
      case '0' -> word.write(0);
      case '\\', '"', '\'', ';', ' ', '#', '=' -> word.write(c);
      case '\n' -> line++;
      case 'x' -> hexadecimal();
      default -> throw new SyntaxException("no such escape: \\" + c + ", line " + line);
    }
  }

  private void hexadecimal() {
    int high = at < script.length() ? Character.digit(script.charAt(at), 16) : -1;
    int low = at + 1 < script.length() ? Character.digit(script.charAt(at + 1), 16) : -1;
    if (high < 0 || low < 0) {
      throw new SyntaxException("\\x needs two hexadecimal digits, line " + line);
    }
    word.write(high << 4 | low);
    at += 2;
  }

  /** Both halves of a surrogate pair at once: half of one has no encoding. */
  private void append(char c) {
    if (Character.isHighSurrogate(c) && at < script.length()) {
      word.writeBytes(
          new String(new char[] {c, script.charAt(at++)}).getBytes(StandardCharsets.UTF_8));
    } else {
      word.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void skipLine() {
    while (at < script.length() && script.charAt(at) != '\n') {
      at++;
    }
  }

  private void endWord() {
    if (inWord) {
      words.add(new Word(word.toByteArray(), quoted));
      word.reset();
      inWord = false;
    }
  }

  private void endStatement() {
    endWord();
    if (!words.isEmpty()) {
      statements.add(new Statement(List.copyOf(words), firstLine));
      words = new ArrayList<>();
    }
  }
}
