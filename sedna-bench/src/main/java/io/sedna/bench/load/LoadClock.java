// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

/**
 * When a load begins to count and when it ends, in the nanoseconds of {@link System#nanoTime}. Set
 * once, before the threads begin.
 *
 * @param endNanos no request is sent from then on; a century away where the number of requests
 *     decides
 */
record LoadClock(long startNanos, long measureNanos, long endNanos) {
  private static final long CENTURY_NANOS = 100L * 365 * 24 * 3600 * 1_000_000_000;

  static LoadClock from(long nowNanos, LoadSpec spec) {
    long measure = nowNanos + spec.warmupMs() * 1_000_000;
    long end =
        spec.requests() > 0 ? nowNanos + CENTURY_NANOS : measure + spec.durationMs() * 1_000_000;
    return new LoadClock(nowNanos, measure, end);
  }
}
