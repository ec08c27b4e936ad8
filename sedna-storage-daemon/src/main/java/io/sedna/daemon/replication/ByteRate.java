// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.time.SerialScheduler;
import java.util.concurrent.TimeUnit;

/**
 * Keeps what is sent to so many bytes a second: a token bucket that holds a tenth of a second's
 * worth, and that may be overdrawn by whoever comes first. Thread-safe.
 */
final class ByteRate {
  private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final SerialScheduler clock;
  private final long bytesPerSecond;
  private long paidUntilNanos; // guarded by this

  /**
   * @param bytesPerSecond 0: no limit
   */
  ByteRate(SerialScheduler clock, long bytesPerSecond) {
    this.clock = clock;
    this.bytesPerSecond = bytesPerSecond;
    this.paidUntilNanos = clock.nanoTime() - BURST_NANOS;
  }

  /**
   * Takes so many bytes, which have been or will be sent.
   *
   * @return milliseconds to wait before more is sent; 0: none
   */
  synchronized long take(long bytes) {
    if (bytesPerSecond == 0) {
      return 0;
    }
    long now = clock.nanoTime();
    if (paidUntilNanos - now < -BURST_NANOS) {
      paidUntilNanos = now - BURST_NANOS;
    }
    paidUntilNanos += (long) ((double) bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
    long ahead = paidUntilNanos - now;
    return ahead <= 0 ? 0 : 1 + TimeUnit.NANOSECONDS.toMillis(ahead);
  }
}
