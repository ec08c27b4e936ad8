// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.concurrent.atomic.LongAdder;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What one table may take of this daemon's memory, and what it takes: shared by all stores of the
 * table. The options can change while the stores work. Thread-safe.
 */
@InterfaceAudience.Private
public final class TableMemory {
  private final LongAdder usedBytes = new LongAdder();
  private final TableCounters counters = new TableCounters();
  private volatile StoreOptions options;

  public TableMemory(StoreOptions options) {
    this.options = options;
  }

  /** As they are now; to be asked anew for each decision. */
  public StoreOptions options() {
    return options;
  }

  /** From now on. A table above a new quota is not cut at once, but takes nothing more. */
  public void configure(StoreOptions changed) {
    options = changed;
  }

  public TableCounters counters() {
    return counters;
  }

  /** Memory that the table's stores take, everything counted. */
  public long usedBytes() {
    return usedBytes.sum();
  }

  /** Whether so many more bytes stay within the quota. */
  boolean hasRoomFor(long bytes) {
    long quota = options.maxBytes();
    return quota == 0 || usedBytes.sum() <= quota - bytes;
  }

  void add(long bytes) {
    usedBytes.add(bytes);
  }
}
