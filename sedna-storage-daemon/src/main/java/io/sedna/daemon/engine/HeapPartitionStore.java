// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.schema.MemoryMode;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A store of plain objects on the heap: simple enough to see that it is right, so it is what other
 * stores are tested against.
 *
 * <p>A skip list maps each hash to the immutable records of that hash. Writers of one store take
 * its lock, each for one record; readers and scans take none, as they only ever meet immutable
 * records.
 */
@InterfaceAudience.Private
public final class HeapPartitionStore implements PartitionStore {
  /**
   * Estimate of what a record takes beyond its bytes: skip list node and index, boxed hash, two
   * arrays, the record and the header of its key (compressed object pointers).
   */
  static final int RECORD_OVERHEAD_BYTES = 176;

  /** The same for each version: the version, its place in the array, the header of its value. */
  static final int VERSION_OVERHEAD_BYTES = 64;

  private static final StoredRecord[] NO_RECORDS = {};

  /** Hashes that are counted for the tree before others get the lock. */
  private static final int DIGEST_SLICE = 256;

  private final LongSupplier clockMs;
  private final long graceMs;
  private final MemoryBudget budget;
  private final TableMemory table;

  /** By hash with the top bit turned, so that signed order is unsigned order. */
  private final ConcurrentNavigableMap<Long, StoredRecord[]> records =
      new ConcurrentSkipListMap<>();

  private final Object writeLock = new Object();
  private volatile StoreStatistics statistics = StoreStatistics.NOTHING; // written under writeLock
  private boolean closed; // under writeLock
  private HashTree tree; // under writeLock; null: nobody has asked for digests
  private final int partitionBits;

  /** A store of the only partition. */
  public HeapPartitionStore(
      LongSupplier clockMs, long graceMs, MemoryBudget budget, TableMemory table) {
    this(clockMs, graceMs, 0, budget, table);
  }

  /**
   * @param clockMs milliseconds since 1970
   * @param graceMs how long an expired value goes on hiding older ones
   * @param partitionBits first bits of a hash that choose its partition; all records of a store
   *     have them in common
   */
  public HeapPartitionStore(
      LongSupplier clockMs,
      long graceMs,
      int partitionBits,
      MemoryBudget budget,
      TableMemory table) {
    this.table = table;
    this.clockMs = clockMs;
    this.graceMs = graceMs;
    this.partitionBits = partitionBits;
    this.budget = budget;
  }

  @Override
  public WriteOutcome writeLatest(byte[] key, long hash, StoredVersion value) {
    return admitted(key, hash, value, Steps.writeLatest(value));
  }

  @Override
  public WriteOutcome writeAll(byte[] key, long hash, StoredVersion value) {
    return admitted(key, hash, value, Steps.writeAll(value));
  }

  @Override
  public WriteOutcome remove(byte[] key, long hash, StoredVersion tombstone) {
    return change(key, hash, Steps.remove(tombstone));
  }

  @Override
  public WriteOutcome touch(byte[] key, long hash, StoredVersion value) {
    return admitted(key, hash, value, Steps.touch(value));
  }

  @Override
  public WriteOutcome merge(StoredRecord record) {
    long bytes = 0;
    for (StoredVersion version : record.versions()) {
      bytes += version.tombstone() ? 0 : version.value().length;
    }
    return bytes > 0 && !admit(record.key().length + bytes)
        ? WriteOutcome.OUT_OF_MEMORY
        : change(record.key(), record.hash(), Steps.merge(record, table.options()));
  }

  @Override
  public WriteOutcome writeLatest(
      long keyAddress,
      int keyLength,
      long hash,
      long valueAddress,
      int valueLength,
      VersionHead head) {
    return writeLatest(
        OffHeap.bytes(keyAddress, keyLength),
        hash,
        head.version(OffHeap.bytes(valueAddress, valueLength)));
  }

  @Override
  public boolean readNewest(
      long keyAddress, int keyLength, long hash, long nowMs, ReadTarget target) {
    StoredVersion newest = read(OffHeap.bytes(keyAddress, keyLength), hash).newestLive(nowMs);
    if (newest == null) {
      return false;
    }
    byte[] value = newest.value();
    OffHeap.copy(
        value, 0, target.reserve(value.length, new VersionHead().set(newest)), value.length);
    return true;
  }

  @Override
  public WriteOutcome update(
      long keyAddress, int keyLength, long hash, long nowMs, RecordUpdate update) {
    byte[] key = OffHeap.bytes(keyAddress, keyLength);
    synchronized (writeLock) {
      StoredRecord held = read(key, hash);
      StoredVersion newestHeld = held.newestHeld();
      var step =
          new HeapUpdate(
              held.newestLive(nowMs), newestHeld == null ? Long.MIN_VALUE : newestHeld.timestamp());
      try {
        RecordUpdate.Decision decision = update.decide(step, step);
        return switch (decision) {
          case KEEP -> WriteOutcome.OK;
          case FORGET -> change(key, hash, record -> StoredRecord.empty(key, hash));
          case REMOVE -> change(key, hash, record -> record.merge(step.tombstone()));
          case STORE -> {
            StoredVersion value = step.value();
            yield admitted(key, hash, value, record -> record.overwrittenBy(value));
          }
        };
      } finally {
        step.free();
      }
    }
  }

  /** As change, if there is room for the value. */
  private WriteOutcome admitted(
      byte[] key, long hash, StoredVersion value, UnaryOperator<StoredRecord> step) {
    return value.tombstone() || admit((long) key.length + value.value().length)
        ? change(key, hash, step)
        : WriteOutcome.OUT_OF_MEMORY;
  }

  /** Whether there is memory for so many more bytes of key and value. */
  private boolean admit(long bytes) {
    long needed = bytes + RECORD_OVERHEAD_BYTES + VERSION_OVERHEAD_BYTES;
    if (hasRoomFor(needed)) {
      return true;
    }
    if (table.options().memory() == MemoryMode.CACHE) {
      evict(ThreadLocalRandom.current().nextLong(), needed);
      return hasRoomFor(needed);
    }
    return false;
  }

  private boolean hasRoomFor(long bytes) {
    return budget.hasRoomFor(bytes) && table.hasRoomFor(bytes);
  }

  @Override
  public StoredRecord read(byte[] key, long hash) {
    StoredRecord[] bucket = records.get(order(hash));
    int at = bucket == null ? -1 : find(bucket, key);
    return at < 0 ? StoredRecord.empty(key, hash) : bucket[at];
  }

  @Override
  public ScanBatch scan(ScanRange range) {
    long nowMs = clockMs.getAsLong();
    var found = new ArrayList<StoredRecord>();
    if (Long.compareUnsigned(range.startHash(), range.endHash()) > 0) {
      return new ScanBatch(found, true, 0);
    }
    long bytes = 0;
    int examined = 0;
    for (Map.Entry<Long, StoredRecord[]> entry :
        records.subMap(order(range.startHash()), true, order(range.endHash()), true).entrySet()) {
      int before = found.size();
      long size = ScanViews.collect(entry.getValue(), range, nowMs, found);
      boolean full =
          before > 0
              && found.size() > before
              && (before >= range.maxRecords() || bytes + size > range.maxBytes());
      if (full || examined == ScanViews.MAX_HASHES_EXAMINED) {
        found.subList(before, found.size()).clear();
        return new ScanBatch(found, false, order(entry.getKey()));
      }
      bytes += size;
      examined++;
    }
    return new ScanBatch(found, true, 0);
  }

  @Override
  public int sweep(long tombstonesBefore) {
    long nowMs = clockMs.getAsLong();
    int changed = 0;
    for (StoredRecord[] bucket : records.values()) {
      for (StoredRecord record : bucket) {
        StoredRecord swept = record.swept(nowMs, graceMs, tombstonesBefore);
        if (swept != record) {
          change(record.key(), record.hash(), held -> held.swept(nowMs, graceMs, tombstonesBefore));
          table.counters().expired(record.dataRecords() - swept.dataRecords());
          changed++;
        }
      }
    }
    return changed;
  }

  @Override
  public long evict(long fromHash, long memoryBytes) {
    long freed = evictFrom(records.tailMap(order(fromHash)), memoryBytes);
    return freed >= memoryBytes
        ? freed
        : freed + evictFrom(records.headMap(order(fromHash)), memoryBytes - freed);
  }

  private long evictFrom(ConcurrentNavigableMap<Long, StoredRecord[]> range, long memoryBytes) {
    long before = statistics.memoryBytes();
    long freed = 0;
    for (StoredRecord[] bucket : range.values()) {
      if (freed >= memoryBytes) {
        break;
      }
      for (StoredRecord record : bucket) {
        table.counters().evicted(record.dataRecords(), measure(record).liveBytes());
        change(
            record.key(), record.hash(), held -> StoredRecord.empty(record.key(), record.hash()));
      }
      freed = before - statistics.memoryBytes();
    }
    return freed;
  }

  @Override
  public boolean prepareDigests() {
    synchronized (writeLock) {
      if (closed) {
        return true;
      }
      if (tree == null || (tree.complete() && tree.outgrown(statistics.records()))) {
        tree = new HashTree(partitionBits, statistics.records());
      }
      if (!tree.complete()) {
        countSlice();
      }
      return tree.complete();
    }
  }

  private void countSlice() {
    if (records.isEmpty()) {
      tree.counted(-1);
      return;
    }
    int left = DIGEST_SLICE;
    long first = order(records.firstKey());
    long partition = partitionBits == 0 ? 0 : first & -1L << (Long.SIZE - partitionBits);
    for (Map.Entry<Long, StoredRecord[]> entry :
        records.tailMap(order(tree.next(partition))).entrySet()) {
      for (StoredRecord record : entry.getValue()) {
        tree.count(record.hash(), record.digest());
      }
      if (--left == 0) {
        tree.counted(order(entry.getKey()));
        return;
      }
    }
    tree.counted(-1);
  }

  @Override
  public long[] digests(int mostDepth) {
    synchronized (writeLock) {
      return tree == null || !tree.complete() ? null : tree.digests(mostDepth);
    }
  }

  @Override
  public long digestBytes() {
    synchronized (writeLock) {
      return tree == null ? 0 : tree.bytes();
    }
  }

  @Override
  public StoreStatistics statistics() {
    return statistics;
  }

  @Override
  public void close() {
    synchronized (writeLock) {
      closed = true;
      records.clear();
      tree = null;
      account(statistics, StoreStatistics.NOTHING);
    }
  }

  /** Puts what the step makes of the record in its place; null: leaves it, as outdated. */
  private WriteOutcome change(byte[] key, long hash, UnaryOperator<StoredRecord> step) {
    Long place = order(hash);
    synchronized (writeLock) {
      StoredRecord[] bucket = records.getOrDefault(place, NO_RECORDS);
      int at = find(bucket, key);
      StoredRecord before = at < 0 ? StoredRecord.empty(key, hash) : bucket[at];
      StoredRecord after = step.apply(before);
      if (after == null) {
        return WriteOutcome.OUTDATED;
      }
      if (closed || after == before) {
        return WriteOutcome.OK;
      }
      StoredRecord[] changed = at < 0 ? insert(bucket, after, -at - 1) : set(bucket, after, at);
      if (changed.length == 0) {
        records.remove(place);
      } else {
        records.put(place, changed);
      }
      account(measure(before), measure(after));
      if (tree != null && tree.covers(hash)) {
        tree.add(hash, after.digest() - before.digest());
      }
      return WriteOutcome.OK;
    }
  }

  /** Called under the lock. */
  private void account(StoreStatistics before, StoreStatistics after) {
    StoreStatistics now = statistics;
    statistics =
        new StoreStatistics(
            now.records() - before.records() + after.records(),
            now.bytes() - before.bytes() + after.bytes(),
            now.liveBytes() - before.liveBytes() + after.liveBytes(),
            0,
            0);
    budget.add(after.memoryBytes() - before.memoryBytes());
    table.add(after.memoryBytes() - before.memoryBytes());
  }

  private static StoredRecord[] insert(StoredRecord[] bucket, StoredRecord record, int at) {
    if (record.isEmpty()) {
      return bucket;
    }
    StoredRecord[] grown = new StoredRecord[bucket.length + 1];
    System.arraycopy(bucket, 0, grown, 0, at);
    grown[at] = record;
    System.arraycopy(bucket, at, grown, at + 1, bucket.length - at);
    return grown;
  }

  private static StoredRecord[] set(StoredRecord[] bucket, StoredRecord record, int at) {
    if (!record.isEmpty()) {
      StoredRecord[] changed = bucket.clone();
      changed[at] = record;
      return changed;
    }
    StoredRecord[] shrunk = new StoredRecord[bucket.length - 1];
    System.arraycopy(bucket, 0, shrunk, 0, at);
    System.arraycopy(bucket, at + 1, shrunk, at, shrunk.length - at);
    return shrunk;
  }

  /** Place of the key, or -(place to insert) - 1. */
  private static int find(StoredRecord[] bucket, byte[] key) {
    for (int i = 0; i < bucket.length; i++) {
      int order = StoredRecord.KEY_ORDER.compare(bucket[i].key(), key);
      if (order >= 0) {
        return order == 0 ? i : -i - 1;
      }
    }
    return -bucket.length - 1;
  }

  private static StoreStatistics measure(StoredRecord record) {
    if (record.isEmpty()) {
      return StoreStatistics.NOTHING;
    }
    long memory = RECORD_OVERHEAD_BYTES + record.key().length;
    for (StoredVersion version : record.versions()) {
      memory += VERSION_OVERHEAD_BYTES + version.value().length;
    }
    return new StoreStatistics(record.dataRecords(), record.dataBytes(), memory, 0, 0);
  }

  private static long order(long hash) {
    return hash ^ Long.MIN_VALUE;
  }
}
