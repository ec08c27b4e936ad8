// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Events a second over the last ten whole seconds. Counting costs one addition; the seconds are
 * told apart when somebody counts or asks. Thread-safe; events at the turn of a second may count
 * for either.
 */
final class Rate {
  private static final int WINDOW_SECONDS = 10;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final LongSupplier nanoClock;
  private final LongAdder total = new LongAdder();
  private final long startNanos;

  /** Totals at the ends of the last seconds; guarded by this. */
  private final long[] totals = new long[WINDOW_SECONDS + 1];

  private volatile long second;

  Rate(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  void add(long events) {
    turn();
    total.add(events);
  }

  long total() {
    return total.sum();
  }

  double perSecond() {
    turn();
    synchronized (this) {
      long seconds = Math.min(second, WINDOW_SECONDS);
      if (seconds == 0) {
        return total.sum();
      }
      return (double) (totals[slot(second)] - totals[slot(second - seconds)]) / seconds;
    }
  }

  private void turn() {
    long current = (nanoClock.getAsLong() - startNanos) / NANOS_PER_SECOND;
    if (current == second) {
      return;
    }
    synchronized (this) {
      long sum = total.sum();
      long first = Math.max(second + 1, current - WINDOW_SECONDS);
      for (long s = first; s <= current; s++) {
        totals[slot(s)] = sum;
      }
      second = Math.max(second, current);
    }
  }

  private static int slot(long second) {
    return (int) (second % (WINDOW_SECONDS + 1));
  }
}
