// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

/**
 * When the requests of an open loop should be sent, whatever becomes of those before them. A
 * request that is sent late keeps the time it should have been sent at, so that its latency counts
 * the wait: otherwise a server that stalls would be asked less while it does, and look fast (Tene's
 * "coordinated omission"). For one thread.
 */
final class Schedule {
  private final double intervalNanos;
  private final long firstNanos;
  private long sent;

  /**
   * @param rate requests a second of this thread
   */
  Schedule(long firstNanos, double rate) {
    this.firstNanos = firstNanos;
    intervalNanos = 1e9 / rate;
  }

  /** When the next request should be sent. */
  long nextNanos() {
    // From the start each time: sums of roundings would change the rate.
    return firstNanos + (long) (sent * intervalNanos);
  }

  boolean isDue(long nowNanos) {
    return nextNanos() - nowNanos <= 0;
  }

  /** The next request was sent; returns when it should have been. */
  long take() {
    long at = nextNanos();
    sent++;
    return at;
  }
}
