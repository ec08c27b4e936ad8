// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.schema.MemoryMode;
import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.RecordLog;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/** What the stores of one table have in common. */
final class TableSlot {
  private final int tableId;
  private final int slot;
  private final KeyHasher hasher;
  private final RecordLog storeLog;
  private final RecordLog probationLog;
  private final RecordLog mainLog;
  private final S3Fifo policy = new S3Fifo();
  private final TableMemory memory;
  private final AtomicReferenceArray<OffHeapPartitionStore> stores;

  /** Whether its records are, as far as is known, in the logs of a cache. Of the cleaner. */
  private boolean keptAsCache;

  /**
   * @param slot a short name of the table, which its records bear
   * @param storeLog where its records go while it is a store
   * @param probationLog where they go first while it is a cache
   * @param mainLog where a cache's records go that are found worth keeping
   * @param partitions how many there are
   */
  TableSlot(
      int tableId,
      int slot,
      KeyHasher hasher,
      RecordLog storeLog,
      RecordLog probationLog,
      RecordLog mainLog,
      TableMemory memory,
      int partitions) {
    this.tableId = tableId;
    this.slot = slot;
    this.hasher = hasher;
    this.storeLog = storeLog;
    this.probationLog = probationLog;
    this.mainLog = mainLog;
    this.memory = memory;
    this.keptAsCache = cache();
    this.stores = new AtomicReferenceArray<>(partitions);
  }

  /** As they are now. */
  StoreOptions options() {
    return memory.options();
  }

  int tableId() {
    return tableId;
  }

  int slot() {
    return slot;
  }

  /** The hash of the key of one of its records, or of what may be one. */
  long hashOf(long record) {
    return hashOf(record, RecordLayout.word(record));
  }

  long hashOf(long record, long word) {
    return hasher.hash(record + RecordLayout.keyOffset(word), RecordLayout.keyLength(word));
  }

  /** The hash of a key that lies outside the heap. */
  long hashOf(long keyAddress, int keyLength) {
    return hasher.hash(keyAddress, keyLength);
  }

  /** Where its records go now. */
  RecordLog log() {
    return cache() ? probationLog : storeLog;
  }

  RecordLog probationLog() {
    return probationLog;
  }

  RecordLog mainLog() {
    return mainLog;
  }

  /** Of a cache: what it forgets. */
  S3Fifo policy() {
    return policy;
  }

  boolean cache() {
    return memory.options().memory() == MemoryMode.CACHE;
  }

  boolean keptAsCache() {
    return keptAsCache;
  }

  void keptAsCache(boolean kept) {
    keptAsCache = kept;
  }

  void forEachStore(Consumer<OffHeapPartitionStore> action) {
    for (int i = 0; i < stores.length(); i++) {
      OffHeapPartitionStore store = stores.get(i);
      if (store != null) {
        action.accept(store);
      }
    }
  }

  TableMemory memory() {
    return memory;
  }

  /** The store that records of a hash are in, or null. */
  OffHeapPartitionStore storeOf(long hash) {
    int bits = Integer.numberOfTrailingZeros(stores.length());
    return stores.get(bits == 0 ? 0 : (int) (hash >>> (Long.SIZE - bits)));
  }

  /** Records with a value in all stores. */
  long records() {
    long records = 0;
    for (int i = 0; i < stores.length(); i++) {
      OffHeapPartitionStore store = stores.get(i);
      records += store == null ? 0 : store.records();
    }
    return records;
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
