// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** A clock that stands still until it is told to move: for tests and simulations. Thread-safe. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class ManualWallClock implements WallClock {
  private final AtomicLong nowMs;

  public ManualWallClock(long startMs) {
    nowMs = new AtomicLong(startMs);
  }

  @Override
  public long millis() {
    return nowMs.get();
  }

  /**
   * @param by may be negative, for a clock that is set back
   * @return the new time
   */
  public long advance(Duration by) {
    return nowMs.addAndGet(by.toMillis());
  }

  public void set(long ms) {
    nowMs.set(ms);
  }
}
