// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.index.IndexWalk;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * What goes through one store in order of its hashes, a page of the index at a time, and holds no
 * lock meanwhile: scans, and evictions from where somebody says.
 */
final class StoreWalk {
  private final OffHeapMemory.Options options;
  private final int partition;
  private final HashIndex index;
  private final StoreState state;
  private final RecordReads reads;
  private final RecordWrites writes;

  StoreWalk(
      OffHeapMemory.Options options,
      int partition,
      HashIndex index,
      StoreState state,
      RecordReads reads,
      RecordWrites writes) {
    this.options = options;
    this.partition = partition;
    this.index = index;
    this.state = state;
    this.reads = reads;
    this.writes = writes;
  }

  /** As {@link PartitionStore#scan}. */
  ScanBatch scan(ScanRange range) {
    long nowMs = options.clockMs().getAsLong();
    var found = new ArrayList<StoredRecord>();
    long from = later(range.startHash(), firstHash());
    long end = later(~range.endHash(), ~lastHash()) ^ -1L;
    if (Long.compareUnsigned(range.startHash(), range.endHash()) > 0
        || Long.compareUnsigned(from, end) > 0) {
      return new ScanBatch(found, true, 0);
    }
    long bytes = 0;
    int examined = 0;
    while (true) {
      IndexWalk.PageHashes page = reads.hashesOfPage(from);
      for (long hash : sorted(page, from, end)) {
        int before = found.size();
        long size = ScanViews.collect(reads.recordsOf(hash), range, nowMs, found);
        boolean full =
            before > 0
                && found.size() > before
                && (before >= range.maxRecords() || bytes + size > range.maxBytes());
        if (full || examined == ScanViews.MAX_HASHES_EXAMINED) {
          found.subList(before, found.size()).clear();
          return new ScanBatch(found, false, hash);
        }
        bytes += size;
        examined++;
      }
      if (Long.compareUnsigned(page.last(), end) >= 0) {
        return new ScanBatch(found, true, 0);
      }
      from = page.last() + 1;
    }
  }

  private static long later(long a, long b) {
    return Long.compareUnsigned(a, b) > 0 ? a : b;
  }

  /** Of the partition. */
  long firstHash() {
    int bits = options.partitionBits();
    return bits == 0 ? 0 : (long) partition << (Long.SIZE - bits);
  }

  /** Of the partition. */
  long lastHash() {
    return firstHash() | -1L >>> options.partitionBits();
  }

  /** The hashes of a range in unsigned order, each once. */
  private static long[] sorted(IndexWalk.PageHashes page, long from, long end) {
    long[] hashes = page.hashes();
    int count = 0;
    for (int i = 0; i < page.count(); i++) {
      long hash = hashes[i];
      if (Long.compareUnsigned(hash, from) >= 0 && Long.compareUnsigned(hash, end) <= 0) {
        hashes[count++] = hash ^ Long.MIN_VALUE;
      }
    }
    Arrays.sort(hashes, 0, count);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || hashes[i] != hashes[i - 1]) {
        hashes[distinct++] = hashes[i];
      }
    }
    for (int i = 0; i < distinct; i++) {
      hashes[i] ^= Long.MIN_VALUE;
    }
    return Arrays.copyOf(hashes, distinct);
  }

  /** As {@link PartitionStore#evict}. */
  long evict(long fromHash, long memoryBytes) {
    long before = memoryBytes();
    long start = later(fromHash, firstHash());
    evictRange(start, lastHash(), before - memoryBytes);
    if (start != firstHash()) {
      evictRange(firstHash(), start - 1, before - memoryBytes);
    }
    return before - memoryBytes();
  }

  private long memoryBytes() {
    return state.statistics(index.bytes()).memoryBytes();
  }

  private void evictRange(long first, long last, long downTo) {
    long from = first;
    while (memoryBytes() > downTo) {
      IndexWalk.PageHashes page = reads.hashesOfPage(from);
      for (long hash : sorted(page, from, last)) {
        if (memoryBytes() <= downTo) {
          return;
        }
        for (StoredRecord record : reads.recordsOf(hash)) {
          writes.change(
              record.key(), hash, true, held -> StoredRecord.empty(held.key(), held.hash()));
        }
      }
      if (Long.compareUnsigned(page.last(), last) >= 0) {
        return;
      }
      from = page.last() + 1;
    }
  }
}
