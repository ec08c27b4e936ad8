// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.time;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Milliseconds since 1970, as some clock tells them. May jump in either direction, as machines'
 * clocks do. Implementations are thread-safe and never block.
 */
@FunctionalInterface
@InterfaceAudience.Public
@InterfaceStability.Stable
public interface WallClock {
  long millis();

  /** A clock that is so far ahead of this one; behind where negative. */
  default WallClock ahead(long ms) {
    return () -> millis() + ms;
  }

  /** The machine's clock. */
  static WallClock system() {
    return System::currentTimeMillis;
  }
}
