// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** One of the programs under {@code examples}, run by its own script as a user would. */
final class ExampleProgram {
  /**
   * How the scripts exit where a tool is missing, having said on the last line how to install it.
   */
  private static final int MISSING_TOOL = 3;

  /** Generous, for the first run fetches libraries and compiles. */
  private static final long LIMIT_MINUTES = 10;

  private final String language;

  ExampleProgram(String language) {
    this.language = language;
  }

  /**
   * What the program printed. Skips the test where a tool is missing, or fails it on the build
   * server.
   */
  List<String> run(String address) throws Exception {
    Path script = repository().resolve("examples").resolve(language).resolve("run.sh");
    Path output = Files.createDirectories(Path.of("target", "examples")).resolve(language + ".log");
    Process process =
        new ProcessBuilder(script.toString(), address)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        throw new AssertionError(
            "not done within " + LIMIT_MINUTES + " minutes: " + Files.readString(output));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output);
    if (process.exitValue() == MISSING_TOOL) {
      String message = lines.get(lines.size() - 1);
      assertThat(onBuildServer()).as(message).isFalse();
      assumeTrue(message, false);
    }
    assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
    return lines;
  }

  private static boolean onBuildServer() {
    return Objects.equals(System.getenv("CI"), "true");
  }

  /** Tests run in the module's folder or in the repository's. */
  private static Path repository() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    while (here != null && !Files.isDirectory(here.resolve("examples"))) {
      here = here.getParent();
    }
    if (here == null) {
      throw new IOException("no folder 'examples' above " + Path.of("").toAbsolutePath());
    }
    return here;
  }
}
