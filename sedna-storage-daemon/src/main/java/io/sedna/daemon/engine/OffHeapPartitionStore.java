// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.hash.KeyHash;
import io.sedna.daemon.engine.index.HashIndex;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A store whose records are in the log of an {@link OffHeapMemory} and whose index is outside the
 * heap too.
 *
 * <p>Readers take no lock: they copy, then ask the index whether what they copied was the record,
 * and begin again if not. Writers take the store's lock, each for one record; the bytes go to a log
 * head, which stores share. One live version or one tombstone of a key is the common case and is
 * written and read without any object; what else there can be of a key is one record of several
 * versions, which goes by way of {@link StoredRecord}.
 *
 * <p>What is done with the records is in classes by what it is: {@link RecordReads}, {@link
 * RecordWrites}, {@link RecordUpdates}, {@link RecordMerges}, {@link StoreWalk}, {@link
 * StorePacking}, {@link StoreSweep}, and {@link RecordMoves} for the cleaner. What changes records
 * does it by way of {@link RecordPlacement}.
 */
@InterfaceAudience.Private
final class OffHeapPartitionStore implements PartitionStore {
  private final OffHeapMemory memory;
  private final TableSlot table;
  private final int partition;
  private final RecordReads reads;
  private final HashIndex index;
  private final RecordPlacement placement;
  private final RecordWrites writes;
  private final RecordUpdates updates;
  private final RecordMoves moves;
  private final RecordMerges merges;
  private final StoreWalk walk;
  private final StorePacking packing;

  // Apart from what readers read: each write writes to them.
  private final StoreLock lock = new StoreLock();
  private final StoreState state = new StoreState();

  OffHeapPartitionStore(OffHeapMemory memory, TableSlot table, int partition) {
    this.memory = memory;
    this.table = table;
    this.partition = partition;
    OffHeapMemory.Options options = memory.options();
    index =
        new HashIndex(memory.segments(), memory.chunks(), options.partitionBits(), table::hashOf);
    reads = new RecordReads(table, memory.segments(), index, lock);
    placement = new RecordPlacement(memory, table, index, state);
    writes = new RecordWrites(memory, table, index, lock, state, placement);
    updates = new RecordUpdates(memory, table, index, lock, state, placement, writes);
    moves = new RecordMoves(memory, table, index, lock, state, placement);
    merges = new RecordMerges(memory, table, index, lock, state, placement, writes);
    walk = new StoreWalk(options, partition, index, state, reads, writes);
    packing = new StorePacking(table, memory.segments(), index, walk);
  }

  @Override
  public boolean readNewest(
      long keyAddress, int keyLength, long hash, long nowMs, ReadTarget target) {
    return reads.readNewest(keyAddress, keyLength, hash, nowMs, target);
  }

  @Override
  public long bucketAddress(long hash) {
    return reads.bucketAddress(hash);
  }

  @Override
  public long recordAddress(long hash) {
    return reads.recordAddress(hash);
  }

  @Override
  public StoredRecord read(byte[] key, long hash) {
    return reads.read(key, hash);
  }

  @Override
  public WriteOutcome writeLatest(
      long keyAddress,
      int keyLength,
      long hash,
      long valueAddress,
      int valueLength,
      VersionHead head) {
    return writes.writeLatest(keyAddress, keyLength, hash, valueAddress, valueLength, head);
  }

  @Override
  public WriteOutcome writeLatest(byte[] key, long hash, StoredVersion value) {
    return writes.writeLatest(key, hash, value);
  }

  @Override
  public WriteOutcome writeAll(byte[] key, long hash, StoredVersion value) {
    return writes.writeAll(key, hash, value);
  }

  @Override
  public WriteOutcome remove(byte[] key, long hash, StoredVersion tombstone) {
    return writes.remove(key, hash, tombstone);
  }

  @Override
  public WriteOutcome touch(byte[] key, long hash, StoredVersion value) {
    return writes.touch(key, hash, value);
  }

  @Override
  public WriteOutcome merge(StoredRecord record) {
    return writes.merge(record);
  }

  @Override
  public WriteOutcome update(
      long keyAddress, int keyLength, long hash, long nowMs, RecordUpdate update) {
    return updates.update(keyAddress, keyLength, hash, nowMs, update);
  }

  @Override
  public ScanBatch scan(ScanRange range) {
    return walk.scan(range);
  }

  @Override
  public PackedRange pack(long firstHash, long lastHash, int maxBytes, PackedBuffer to) {
    return packing.pack(firstHash, lastHash, maxBytes, to);
  }

  @Override
  public WriteOutcome merge(PackedRecords records, KeyHash hash) {
    return merges.merge(records);
  }

  @Override
  public int sweep(long tombstonesBefore) {
    return new StoreSweep(memory, table, index, lock, placement, tombstonesBefore).run();
  }

  @Override
  public boolean prepareDigests() {
    lock.lock();
    try {
      return state.closed || placement.countDigests(walk.firstHash());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long[] digests(int mostDepth) {
    lock.lock();
    try {
      HashTree tree = state.tree;
      return tree == null || !tree.complete() ? null : tree.digests(mostDepth);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long evict(long fromHash, long memoryBytes) {
    return walk.evict(fromHash, memoryBytes);
  }

  /** What the cleaner does with the records. */
  RecordMoves moves() {
    return moves;
  }

  /** Those with data. */
  long records() {
    return state.records;
  }

  @Override
  public long digestBytes() {
    lock.lock();
    try {
      return state.tree == null ? 0 : state.tree.bytes();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public StoreStatistics statistics() {
    return state.statistics(index.bytes());
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (state.closed) {
        return;
      }
      state.closed = true;
      placement.forgetAll();
    } finally {
      lock.unlock();
    }
    memory.forget(table, partition, this);
  }
}
