// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.Test;

public class JavaCommandTest {
  @Test
  public void shouldOpenWhatHadoopNeedsAndLogToTheContainersDirectory() {
    var command =
        new JavaCommand("a.Main", Optional.empty()).options("-Xmx1m").setting("k", "v").build();

    assertThat(command)
        .startsWith("{{JAVA_HOME}}/bin/java -Xmx1m ")
        .contains("--add-opens=java.base/java.nio=ALL-UNNAMED")
        .contains("-Dsedna.log.dir=<LOG_DIR>")
        .endsWith("a.Main -D 'k=v' 1>><LOG_DIR>/stdout 2>><LOG_DIR>/stderr");
  }

  @Test
  public void shouldTakeTheConfiguredJava() {
    assertThat(new JavaCommand("a.Main", Optional.of("/jdk")).build()).startsWith("/jdk/bin/java ");
  }

  @Test
  public void shouldPassValuesThroughBothShellsUnchanged() throws Exception {
    for (var value : new String[] {"plain", "two words", "it's", "$HOME", "a\"b", "`id`", "a\\b"}) {
      // The node manager writes exec /bin/bash -c "COMMAND" into a script.
      var script = "exec /bin/bash -c \"printf %s " + JavaCommand.quote(value) + "\"";
      var process = new ProcessBuilder("bash", "-c", script).start();

      assertThat(new String(process.getInputStream().readAllBytes(), "UTF-8")).isEqualTo(value);
    }
  }
}
