// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.conf.SednaConfiguration;
import java.util.List;
import org.junit.Test;
import picocli.CommandLine;

public class SingleDashOptionsTest {
  private final CommandLine root =
      new CommandLine(new RootCommand())
          .addSubcommand(
              new CreateCommand(
                  new CliContext(SednaConfiguration.create(), System.out, System.err)));

  @Test
  public void shouldTakeLongOptionsWithOneDash() {
    assertThat(normalise("create", "store", "-daemons", "3", "-memory=1g", "-allow-colocation"))
        .containsExactly("create", "store", "--daemons", "3", "--memory=1g", "--allow-colocation");
  }

  @Test
  public void shouldLeaveEverythingElse() {
    var args =
        new String[] {
          "create", "-n", "3", "--memory", "1g", "-D", "a=b", "-nonsense", "--", "-daemons"
        };

    assertThat(normalise(args)).containsExactly(args);
  }

  @Test
  public void shouldKnowTheOptionsOfTheNamedCommandOnly() {
    assertThat(normalise("-daemons", "create")).containsExactly("-daemons", "create");
  }

  private List<String> normalise(String... args) {
    return SingleDashOptions.normalise(root, List.of(args));
  }
}
