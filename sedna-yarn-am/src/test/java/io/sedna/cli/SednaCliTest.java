// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.conf.SednaConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;

public class SednaCliTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  public void shouldPrintVersions() {
    var exit = run("version");

    assertThat(exit).isEqualTo(ExitCode.OK);
    assertThat(text(out)).containsPattern("Sedna \\d+\\.\\d+").contains("Hadoop 3.");
  }

  @Test
  public void shouldTakeGenericOptionsBeforeAndAfterTheCommand() {
    run("-D", "sedna.instance=before", "getconf", "sedna.instance");
    run("getconf", "sedna.instance", "-D", "sedna.instance=after");

    assertThat(text(out)).isEqualToNormalizingNewlines("before\nafter\n");
  }

  @Test
  public void shouldAnswerUsageToUnknownCommandsAndOptions() {
    assertThat(run("frobnicate")).isEqualTo(ExitCode.USAGE);
    assertThat(run("version", "--nonsense")).isEqualTo(ExitCode.USAGE);
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(text(err)).contains("frobnicate").contains("--nonsense").contains("name a command");
  }

  @Test
  public void shouldHelp() {
    assertThat(run("--help")).isEqualTo(ExitCode.OK);
    assertThat(run("getconf", "-help")).isEqualTo(ExitCode.OK);
    assertThat(text(out)).contains("Exit codes").contains("Print the value of a setting");
  }

  @Test
  public void shouldFailWithOneLineThatNamesTheValue() {
    var exit = run("getconf", "no.such.key");

    assertThat(exit).isEqualTo(ExitCode.FAILURE);
    assertThat(text(err))
        .isEqualToNormalizingNewlines(
            "sedna: INVALID_ARGUMENT (1000): no setting is called no.such.key\n");
  }

  @Test
  public void shouldHelpWithEveryAdministrativeCommand() {
    for (var command : List.of("drain", "undrain", "repair", "rebalance", "accept-loss")) {
      assertThat(run(command, "--help")).as(command).isEqualTo(ExitCode.OK);
    }
    assertThat(text(out)).contains("--no-wait").contains("--timeout").contains("--json");
    assertThat(text(out)).contains("answer LOADING").contains("--connect").contains("NODE");
  }

  @Test
  public void shouldWantLossesNamedOrAllOfThem() {
    assertThat(run("accept-loss")).isEqualTo(ExitCode.USAGE);
    assertThat(run("accept-loss", "--all", "7")).isEqualTo(ExitCode.USAGE);
    assertThat(run("accept-loss", "seven")).isEqualTo(ExitCode.USAGE);
    assertThat(run("drain")).isEqualTo(ExitCode.USAGE);
    assertThat(text(err)).contains("name partitions, or say --all").contains("seven");
  }

  private int run(String... args) {
    return SednaCli.run(
        SednaConfiguration.create(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        args);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
