// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Spreads what repair sends over time, so that it takes no more than its bandwidth. Of one worker.
 */
final class RepairPace {
  private final long bytesPerSecond;
  private final LongSupplier nanoClock;
  private long freeAtNanos;

  /**
   * @param bytesPerSecond 0: without a limit
   */
  RepairPace(long bytesPerSecond, LongSupplier nanoClock) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoClock = nanoClock;
    this.freeAtNanos = nanoClock.getAsLong();
  }

  /** So much has been sent; answers after how long there may be more, in milliseconds. */
  long sent(long bytes) {
    if (bytesPerSecond == 0) {
      return 0;
    }
    long now = nanoClock.getAsLong();
    if (freeAtNanos - now < 0) {
      freeAtNanos = now;
    }
    freeAtNanos += (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
    return TimeUnit.NANOSECONDS.toMillis(freeAtNanos - now);
  }
}
