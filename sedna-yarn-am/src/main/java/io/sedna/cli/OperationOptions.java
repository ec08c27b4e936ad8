// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Whether and how long to wait for the end of an operation. */
final class OperationOptions {
  @Option(
      names = "--wait",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Wait until it is done, as is done unless --no-wait is given; it goes on either way.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "How long to wait; ${DEFAULT-VALUE} by default.")
  private long timeoutSeconds;

  boolean wanted() {
    return wait;
  }

  Duration timeout() {
    return Duration.ofSeconds(timeoutSeconds);
  }
}
