// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.List;

/** Carries out statements, one after the other. For one thread. */
final class Shell {
  private final Session session;
  private final boolean goOn;

  /**
   * @param goOn carry on behind a statement that failed
   */
  Shell(Session session, boolean goOn) {
    this.session = session;
    this.goOn = goOn;
  }

  /** Whether all of a script was carried out without an error, which has been shown otherwise. */
  boolean run(String script) {
    List<Statement> statements;
    try {
      statements = StatementParser.parse(script);
    } catch (SyntaxException e) {
      session.out().error(e);
      return false;
    }
    boolean good = true;
    for (var statement : statements) {
      if (isExit(statement)) {
        break;
      }
      if (!run(statement)) {
        good = false;
        if (!goOn) {
          break;
        }
      }
    }
    return good;
  }

  /** Says to leave the shell. */
  static boolean isExit(Statement statement) {
    var first = statement.words().get(0);
    return statement.words().size() == 1
        && !first.quoted()
        && List.of("exit", "quit").contains(first.text());
  }

  /** Whether a statement was carried out; its error has been shown otherwise. */
  boolean run(Statement statement) {
    try {
      var found =
          Commands.find(statement.words())
              .orElseThrow(
                  () ->
                      new SyntaxException(
                          "no such command: "
                              + Escaping.escape(statement.words().get(0).bytes())
                              + ", line "
                              + statement.line()
                              + "; help lists all"));
      found.command().action().run(Arguments.parse(found.command(), found.arguments()), session);
      return true;
    } catch (SednaException e) {
      session.out().error(e);
    } catch (RuntimeException e) {
      session.out().error(new SednaException(ErrorCode.INTERNAL, e.toString(), e));
    }
    return false;
  }
}
