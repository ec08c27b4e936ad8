// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.classification.InterfaceAudience;

/** Counts the memory of all stores of a daemon against a limit. Thread-safe. */
@InterfaceAudience.Private
public final class MemoryBudget implements MemoryUse {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  public MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  public static MemoryBudget unlimited() {
    return new MemoryBudget(Long.MAX_VALUE);
  }

  @Override
  public long limitBytes() {
    return limitBytes;
  }

  @Override
  public long usedBytes() {
    return usedBytes.get();
  }

  /** Of memory that is not in segments: nothing is dead and nothing is cleaned. */
  @Override
  public MemoryStatistics statistics() {
    long used = usedBytes();
    return new MemoryStatistics(limitBytes, used, 0, 0, Math.max(0, limitBytes - used), 0, 0, 0);
  }

  boolean hasRoomFor(long bytes) {
    return usedBytes.get() <= limitBytes - bytes;
  }

  void add(long bytes) {
    usedBytes.addAndGet(bytes);
  }
}
