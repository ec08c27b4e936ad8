// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs and ends. */
final class Tool {
  private Tool() {}

  /**
   * Runs it to its end.
   *
   * @return what it printed
   * @throws SednaException INTERNAL, with what it printed, if it fails; TIMEOUT
   */
  static String run(Workspace workspace, List<String> command, Duration patience)
      throws IOException, InterruptedException {
    var started = workspace.start(name(command), command, Map.of());
    try {
      boolean ended = started.process().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      String output = Files.readString(started.log());
      if (!ended) {
        throw new SednaException(
            ErrorCode.TIMEOUT, "not over after " + patience + ": " + describe(command, output));
      }
      int status = started.process().exitValue();
      if (status != 0) {
        throw new SednaException(
            ErrorCode.INTERNAL, "exit status " + status + ": " + describe(command, output));
      }
      return output;
    } finally {
      workspace.end(started.process());
      Files.deleteIfExists(started.log());
    }
  }

  private static String name(List<String> command) {
    return command.get(0).substring(command.get(0).lastIndexOf('/') + 1);
  }

  private static String describe(List<String> command, String output) {
    return String.join(" ", command) + "\n" + output;
  }
}
