// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.classification.InterfaceAudience;

/** Writes each key once, in ascending order, shared out among the threads. */
@InterfaceAudience.Private
public final class FillOperations implements OperationSource {
  private final AtomicLong next;
  private final long end;
  private int count;

  /**
   * @param next the first key that no thread has taken; shared by all threads
   * @param end one more than the last key
   */
  public FillOperations(AtomicLong next, long end) {
    this.next = next;
    this.end = end;
  }

  @Override
  public OperationKind next(long[] keys, int at, int most) {
    long from = next.getAndAdd(most);
    if (from >= end) {
      return null;
    }
    count = (int) Math.min(most, end - from);
    for (int i = 0; i < count; i++) {
      keys[at + i] = from + i;
    }
    return OperationKind.UPDATE;
  }

  @Override
  public int count() {
    return count;
  }
}
