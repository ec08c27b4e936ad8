// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Whether and how long to wait for daemons. */
final class WaitOptions {
  @Option(
      names = "--wait",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Wait until all daemons serve, as is done unless --no-wait is given.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long to wait; ${DEFAULT-VALUE} by default.")
  private long timeoutSeconds;

  boolean wanted() {
    return wait;
  }

  Duration timeout() {
    return Duration.ofSeconds(timeoutSeconds);
  }
}
