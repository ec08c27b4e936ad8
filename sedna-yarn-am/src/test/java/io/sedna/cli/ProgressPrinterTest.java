// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.Test;

public class ProgressPrinterTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  public void shouldPrintALineForEachChangeWhereThereIsNoTerminal() {
    try (var printer = printer(false)) {
      printer.step("daemons", 1, 3);
      printer.step("daemons", 1, 3);
      printer.step("daemons", 3, 3);
      printer.warning("small cluster");
    }

    assertThat(text())
        .isEqualToNormalizingNewlines("daemons 1/3\ndaemons 3/3\nsedna: warning: small cluster\n");
  }

  @Test
  public void shouldDrawOverTheSameLineOnATerminal() {
    try (var printer = printer(true)) {
      printer.step("daemons", 1, 2);
      printer.step("daemons", 2, 2);
    }

    assertThat(text().lines()).hasSize(3);
    assertThat(text()).contains("daemons 1/2 [############            ]");
  }

  private ProgressPrinter printer(boolean terminal) {
    return new ProgressPrinter(new PrintStream(out, true, StandardCharsets.UTF_8), terminal);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
