// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.schema.MemoryMode;
import io.sedna.daemon.engine.log.RecordLog;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** What the stores of one table have in common. */
final class TableSlot {
  private final int tableId;
  private final int slot;
  private final KeyHasher hasher;
  private final RecordLog storeLog;
  private final RecordLog cacheLog;
  private final TableMemory memory;
  private final AtomicReferenceArray<OffHeapPartitionStore> stores;

  /**
   * @param slot a short name of the table, which its records bear
   * @param storeLog where its records go while it is a store
   * @param cacheLog where they go while it is a cache
   * @param partitions how many there are
   */
  TableSlot(
      int tableId,
      int slot,
      KeyHasher hasher,
      RecordLog storeLog,
      RecordLog cacheLog,
      TableMemory memory,
      int partitions) {
    this.tableId = tableId;
    this.slot = slot;
    this.hasher = hasher;
    this.storeLog = storeLog;
    this.cacheLog = cacheLog;
    this.memory = memory;
    this.stores = new AtomicReferenceArray<>(partitions);
  }

  int tableId() {
    return tableId;
  }

  int slot() {
    return slot;
  }

  KeyHasher hasher() {
    return hasher;
  }

  /** Where its records go now. */
  RecordLog log() {
    return cache() ? cacheLog : storeLog;
  }

  RecordLog cacheLog() {
    return cacheLog;
  }

  boolean cache() {
    return memory.options().memory() == MemoryMode.CACHE;
  }

  TableMemory memory() {
    return memory;
  }

  /** The store of a partition, or null. */
  OffHeapPartitionStore store(int partition) {
    return stores.get(partition);
  }

  void add(int partition, OffHeapPartitionStore store) {
    stores.set(partition, store);
  }

  void remove(int partition, OffHeapPartitionStore store) {
    stores.compareAndSet(partition, store, null);
  }

  boolean isEmpty() {
    for (int i = 0; i < stores.length(); i++) {
      if (stores.get(i) != null) {
        return false;
      }
    }
    return true;
  }
}
