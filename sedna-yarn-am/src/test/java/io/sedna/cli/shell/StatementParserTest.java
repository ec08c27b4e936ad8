// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.Test;

public class StatementParserTest {
  @Test
  public void shouldPartStatementsAtLinesAndSemicolons() {
    var statements = StatementParser.parse("put a.b k v; get a.b k\n\n  status ;;\n");

    assertThat(texts(statements))
        .containsExactly(
            List.of("put", "a.b", "k", "v"), List.of("get", "a.b", "k"), List.of("status"));
    assertThat(statements).extracting(Statement::line).containsExactly(1, 1, 3);
  }

  @Test
  public void shouldKeepBlanksAndSemicolonsInQuotes() {
    var statements = StatementParser.parse("put a.b \"one; two\" 'it is \"so\"' x'y z'");

    assertThat(texts(statements))
        .containsExactly(List.of("put", "a.b", "one; two", "it is \"so\"", "xy z"));
  }

  @Test
  public void shouldKeepEmptyWordInQuotes() {
    assertThat(texts(StatementParser.parse("put a.b k ''")))
        .containsExactly(List.of("put", "a.b", "k", ""));
  }

  @Test
  public void shouldTurnEscapesIntoBytes() {
    var words = StatementParser.parse("put \\x00\\xfF\\n\\\\ \"\\\"\\x41\"").get(0).words();

    assertThat(words.get(1).bytes()).containsExactly(0, 0xff, '\n', '\\');
    assertThat(words.get(2).bytes()).containsExactly('"', 'A');
  }

  @Test
  public void shouldEncodeCharactersOutsideTheBasicPlane() {
    var words = StatementParser.parse("get \uD83D\uDE00").get(0).words();

    assertThat(words.get(1).bytes()).containsExactly(0xf0, 0x9f, 0x98, 0x80);
  }

  @Test
  public void shouldGoOnBehindAnEscapedEndOfLine() {
    assertThat(texts(StatementParser.parse("put a.b \\\n k v")))
        .containsExactly(List.of("put", "a.b", "k", "v"));
  }

  @Test
  public void shouldSkipComments() {
    assertThat(texts(StatementParser.parse("# put a b; c\nget a.b #1\n")))
        .containsExactly(List.of("get", "a.b", "#1"));
  }

  @Test
  public void shouldTellOpenQuoteFromWrongEscape() {
    assertThatThrownBy(() -> StatementParser.parse("put \"a"))
        .isInstanceOfSatisfying(SyntaxException.class, e -> assertThat(e.isIncomplete()).isTrue());
    assertThatThrownBy(() -> StatementParser.parse("\nput \\q"))
        .hasMessageContaining("\\q")
        .hasMessageContaining("line 2")
        .isInstanceOfSatisfying(SyntaxException.class, e -> assertThat(e.isIncomplete()).isFalse());
    assertThatThrownBy(() -> StatementParser.parse("put \\x4"))
        .hasMessageContaining("two hexadecimal");
  }

  private static List<List<String>> texts(List<Statement> statements) {
    return statements.stream()
        .map(statement -> statement.words().stream().map(Word::text).toList())
        .toList();
  }
}
