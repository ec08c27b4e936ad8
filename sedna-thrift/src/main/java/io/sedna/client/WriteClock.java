// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.time.HybridClock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Stamps writes by the daemons' time, after Cristian: a daemon's clock, read half a round trip
 * before its answer arrived, carried on by this machine's monotonic clock. The sample of the
 * shortest round trip wins, until drift has made it the worse one. A wall clock that is wrong or is
 * set does no harm, unless no daemon has told its time yet.
 *
 * <p>The lower bits of a stamp are random, so that two clients that write a key in the same
 * millisecond do not give the same version. Thread-safe.
 */
final class WriteClock {
  /** How fast two clocks may part: 200 parts in a million. */
  private static final long DRIFT_DIVISOR = 5_000;

  /** Stamps seen further ahead than this are not followed; daemons would refuse ours. */
  private static final long MAX_LEAD_MS = 30_000;

  private static final int COUNTERS = 1 << HybridClock.COUNTER_BITS;

  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;
  private final AtomicLong last = new AtomicLong();
  private volatile Sample best;

  private record Sample(long daemonMillis, long atNanos, long errorNanos) {
    long errorAt(long nowNanos) {
      return errorNanos + (nowNanos - atNanos) / DRIFT_DIVISOR;
    }
  }

  WriteClock() {
    this(System::nanoTime, System::currentTimeMillis);
  }

  WriteClock(LongSupplier nanoTime, LongSupplier wallMillis) {
    this.nanoTime = nanoTime;
    this.wallMillis = wallMillis;
  }

  /** Learns the time of a daemon that was asked and answered at these instants of this clock. */
  void sample(long sentNanos, long receivedNanos, long daemonTimestamp) {
    long error = (receivedNanos - sentNanos) / 2;
    var sample =
        new Sample(HybridClock.millisOf(daemonTimestamp), sentNanos + error, Math.max(error, 0));
    Sample old = best;
    if (old == null || sample.errorNanos() <= old.errorAt(receivedNanos)) {
      best = sample;
    }
  }

  /** Learns a timestamp that a daemon answered: later stamps of this client are greater. */
  void observe(long timestamp) {
    if (HybridClock.millisOf(timestamp) - millis() <= MAX_LEAD_MS) {
      last.accumulateAndGet(timestamp, Math::max);
    }
  }

  /** A stamp greater than every one given or learnt before. */
  long next() {
    long reading = HybridClock.ofMillis(millis()) | ThreadLocalRandom.current().nextInt(COUNTERS);
    return last.updateAndGet(previous -> Math.max(reading, previous + 1));
  }

  /** The daemons' time as far as it is known, in milliseconds since 1970. */
  long millis() {
    Sample sample = best;
    if (sample == null) {
      return wallMillis.getAsLong();
    }
    return sample.daemonMillis()
        + TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - sample.atNanos());
  }
}
