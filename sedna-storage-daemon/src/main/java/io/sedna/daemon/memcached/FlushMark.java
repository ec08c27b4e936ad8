// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.common.time.HybridClock;

/**
 * What flush_all has done: items whose timestamp is before the mark count as gone, whether they
 * have been removed yet or not. A flush in the future moves the mark when its time has come.
 * Thread-safe.
 */
final class FlushMark {
  private static final long NONE = Long.MAX_VALUE;

  private volatile long mark = Long.MIN_VALUE;
  private volatile long dueMs = NONE;

  /** Items older than this timestamp are gone. */
  long at(long nowMs) {
    if (nowMs >= dueMs) {
      moveToDue(nowMs);
    }
    return mark;
  }

  private synchronized void moveToDue(long nowMs) {
    if (nowMs >= dueMs) {
      mark = Math.max(mark, HybridClock.ofMillis(dueMs));
      dueMs = NONE;
    }
  }

  /**
   * Flushes now.
   *
   * @param timestamp a reading of the clock that all later items' are greater than
   */
  synchronized void flush(long timestamp) {
    mark = Math.max(mark, timestamp);
    dueMs = NONE;
  }

  /** Flushes at a time to come, in the place of another such flush. */
  synchronized void flushAt(long timeMs) {
    dueMs = timeMs;
  }
}
