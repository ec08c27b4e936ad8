// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Which keys are there. Inserts get ascending numbers and are answered in any order; a key may be
 * read when it and all before it were answered (YCSB's AcknowledgedCounterGenerator). Thread-safe.
 */
@InterfaceAudience.Private
public final class Inserted {
  /** More than can ever be under way; a power of two. */
  private static final int WINDOW = 1 << 20;

  private final long initial;
  private final AtomicLong next;
  private final boolean[] answered = new boolean[WINDOW];
  private volatile long acknowledged;

  /**
   * @param initial keys that are there from the start
   */
  public Inserted(long initial) {
    this.initial = initial;
    next = new AtomicLong(initial);
    acknowledged = initial;
  }

  long initial() {
    return initial;
  }

  /** All keys below it may be read. */
  public long acknowledged() {
    return acknowledged;
  }

  long begin() {
    return next.getAndIncrement();
  }

  synchronized void answered(long key) {
    answered[(int) (key & (WINDOW - 1))] = true;
    long end = acknowledged;
    while (answered[(int) (end & (WINDOW - 1))]) {
      answered[(int) (end & (WINDOW - 1))] = false;
      end++;
    }
    acknowledged = end;
  }
}
