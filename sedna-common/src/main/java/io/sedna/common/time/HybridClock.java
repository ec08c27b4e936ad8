// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.time;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Hybrid logical clock. A reading holds milliseconds since 1970 in its upper 48 bits and a counter
 * in the lower 16; readings order as signed 64-bit integers:
 *
 * <pre>
 *   63                                     16 15            0
 *  +-----------------------------------------+---------------+
 *  |        milliseconds since 1970          |    counter    |
 *  +-----------------------------------------+---------------+
 * </pre>
 *
 * <p>No reading is given twice and each is greater than all before it, also when the wall clock
 * stands still or is set back. More than 65,536 readings in a millisecond carry into the
 * milliseconds, which then run a little ahead of the wall. Thread-safe and lock-free.
 *
 * <p>The clocks of daemons give readings of one of 16 <em>lanes</em> each, the remainder of the
 * counter by 16, and so 4,096 in a millisecond: two daemons of different lanes never give the same
 * reading, as they else would where both give the first of a millisecond, or the next after one
 * that both have heard of.
 *
 * @see <a href="https://cse.buffalo.edu/tech-reports/2014-04.pdf">Kulkarni, Demirbas et al.:
 *     Logical Physical Clocks and Consistent Snapshots in Globally Distributed Databases</a>
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class HybridClock {
  /** Bits of the counter. */
  public static final int COUNTER_BITS = 16;

  /** A power of two. */
  private static final int LANES = 16;

  /** Greatest milliseconds that a reading can hold without becoming negative. */
  private static final long MAX_MILLIS = Long.MAX_VALUE >>> COUNTER_BITS;

  private final WallClock wall;
  private final long maxSkewMs;
  private final long lane;
  private final long laneMask;
  private final AtomicLong last = new AtomicLong();

  /**
   * A clock that gives all readings.
   *
   * @param maxSkewMs how far ahead of the wall clock a timestamp from elsewhere may be
   */
  public HybridClock(WallClock wall, long maxSkewMs) {
    this(wall, maxSkewMs, 0, 0);
  }

  /**
   * A daemon's clock, of the lane that its id falls to.
   *
   * @param maxSkewMs how far ahead of the wall clock a timestamp from elsewhere may be
   */
  public HybridClock(WallClock wall, long maxSkewMs, NodeId node) {
    this(wall, maxSkewMs, node.value().hashCode() & (LANES - 1), LANES - 1);
  }

  private HybridClock(WallClock wall, long maxSkewMs, long lane, long laneMask) {
    if (maxSkewMs < 0) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "negative clock skew: maxSkewMs=" + maxSkewMs);
    }
    this.wall = wall;
    this.maxSkewMs = maxSkewMs;
    this.lane = lane;
    this.laneMask = laneMask;
  }

  /** A reading greater than every one given or observed before. */
  public long now() {
    while (true) {
      long previous = last.get();
      long least = Math.max(ofMillis(wall.millis()), previous + 1);
      long next = least + (lane - least & laneMask);
      if (last.compareAndSet(previous, next)) {
        return next;
      }
    }
  }

  /**
   * Learns a reading of another daemon: later readings of this one are greater. A reading further
   * ahead than the skew allows is not learnt, so that one bad clock cannot carry off all others.
   *
   * @return whether it was within the skew
   */
  public boolean observe(long remote) {
    if (isTooFarAhead(remote)) {
      return false;
    }
    while (true) {
      long previous = last.get();
      if (remote <= previous || last.compareAndSet(previous, remote)) {
        return true;
      }
    }
  }

  /**
   * Checks a timestamp that a client gave, and learns it.
   *
   * @throws SednaException with {@link ErrorCode#TIMESTAMP_IN_FUTURE} if it is further ahead of the
   *     wall clock than the skew allows; with {@link ErrorCode#INVALID_ARGUMENT} if it is not
   *     positive
   */
  public void admit(long timestamp) {
    if (timestamp <= 0) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "timestamp is not positive: timestamp=" + timestamp);
    }
    if (!observe(timestamp)) {
      long nowMs = wall.millis();
      throw new SednaException(
          ErrorCode.TIMESTAMP_IN_FUTURE,
          "timestamp too far ahead: timestamp="
              + timestamp
              + " ("
              + Instant.ofEpochMilli(millisOf(timestamp))
              + ") is "
              + (millisOf(timestamp) - nowMs)
              + " ms after this daemon's clock ("
              + Instant.ofEpochMilli(nowMs)
              + "), limit="
              + maxSkewMs
              + " ms; a timestamp is milliseconds since 1970 in the upper 48 bits and a counter in"
              + " the lower 16");
    }
  }

  /** Whether {@link #admit} would take a timestamp now; nothing is learnt. */
  public boolean admits(long timestamp) {
    return timestamp > 0 && !isTooFarAhead(timestamp);
  }

  /** The wall clock below, in milliseconds since 1970: for expiry, which wants no order. */
  public long wallMillis() {
    return wall.millis();
  }

  private boolean isTooFarAhead(long timestamp) {
    return millisOf(timestamp) - wall.millis() > maxSkewMs;
  }

  /** Milliseconds since 1970 of a reading. */
  public static long millisOf(long timestamp) {
    return timestamp >> COUNTER_BITS;
  }

  /** Counter of a reading, 0 to 65,535. */
  public static int counterOf(long timestamp) {
    return (int) (timestamp & ((1 << COUNTER_BITS) - 1));
  }

  /** The first reading of a millisecond. */
  public static long ofMillis(long millis) {
    if (millis < 0 || millis > MAX_MILLIS) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "time does not fit a timestamp: millis=" + millis + ", limit=" + MAX_MILLIS);
    }
    return millis << COUNTER_BITS;
  }
}
