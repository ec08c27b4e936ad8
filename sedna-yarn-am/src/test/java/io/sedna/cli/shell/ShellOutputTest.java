// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;

public class ShellOutputTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  public void shouldAlignColumns() {
    try (var rows = new TextOutput(out, out, false).rows(List.of("key", "count"))) {
      rows.add(new byte[] {'a', 0}, 7);
      rows.add("long key", 1234567);
    }

    assertThat(printed())
        .isEqualTo(
            """
            key         count
            --------  -------
            a\\x00           7
            long key  1234567
            2 rows
            """);
  }

  @Test
  public void shouldSayThatThereAreNoRows() {
    new TextOutput(out, out, false).rows(List.of("key")).close();

    assertThat(printed()).isEqualTo("0 rows\n");
  }

  @Test
  public void shouldPrintLongTablesInOrder() {
    try (var rows = new TextOutput(out, out, false).rows(List.of("n"))) {
      for (int i = 0; i < 1000; i++) {
        rows.add(i);
      }
    }

    var lines = printed().lines().toList();
    assertThat(lines).hasSize(1003);
    assertThat(lines.get(2).strip()).isEqualTo("0");
    assertThat(lines.get(1001).strip()).isEqualTo("999");
  }

  @Test
  public void shouldPrintOneObjectALine() {
    var output = new JsonOutput(out);

    try (var rows = output.rows(List.of("key", "count", "gone"))) {
      rows.add(new byte[] {'"', 0}, 7, null);
    }
    output.message("done");
    output.error(new SednaException(ErrorCode.TABLE_NOT_FOUND, "no table a.b"));

    assertThat(printed().lines())
        .containsExactly(
            "{\"key\":\"\\\"\\\\x00\",\"count\":7,\"gone\":null}",
            "{\"message\":\"done\"}",
            "{\"error\":{\"code\":1001,\"name\":\"TABLE_NOT_FOUND\",\"category\":\"USER_ERROR\",\"message\":\"no table a.b\"}}");
  }

  @Test
  public void shouldNameTheCodeOfAnError() {
    new TextOutput(out, out, false)
        .error(new SednaException(ErrorCode.TABLE_NOT_FOUND, "no table a.b"));

    assertThat(printed()).isEqualTo("ERROR TABLE_NOT_FOUND (1001): no table a.b\n");
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
