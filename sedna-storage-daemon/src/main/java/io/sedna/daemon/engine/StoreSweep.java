// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.index.IndexSweep;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.SegmentTable;
import io.sedna.daemon.engine.log.SpaceFor;

/**
 * One sweep of one store: drops records whose time is over. It holds the store's lock for a slice
 * of the index at a time.
 */
final class StoreSweep implements IndexSweep.Sweeper {
  private final SegmentTable segments;
  private final TableSlot table;
  private final IndexSweep index;
  private final StoreLock lock;
  private final RecordPlacement placement;
  private final Scratch scratch = Scratch.get();
  private final long graceMs;
  private final long tombstonesBefore;
  private final long nowMs;
  private int changed;

  StoreSweep(
      OffHeapMemory memory,
      TableSlot table,
      HashIndex index,
      StoreLock lock,
      RecordPlacement placement,
      long tombstonesBefore) {
    this.segments = memory.segments();
    this.table = table;
    this.index = index.sweep();
    this.lock = lock;
    this.placement = placement;
    this.tombstonesBefore = tombstonesBefore;
    this.graceMs = memory.options().graceMs();
    this.nowMs = memory.options().clockMs().getAsLong();
  }

  /** As {@link PartitionStore#sweep(long)}. */
  int run() {
    IndexSweep.Place place = IndexSweep.Place.START;
    while (place.state() != IndexSweep.Place.State.END) {
      lock.lock();
      try {
        place = slice(place);
      } finally {
        lock.unlock();
      }
    }
    return changed;
  }

  private IndexSweep.Place slice(IndexSweep.Place from) {
    try {
      IndexSweep.Place place = index.next(from, nowMs);
      return place.state() == IndexSweep.Place.State.DUE
          ? index.sweep(place, this, scratch.cursor)
          : place;
    } catch (RuntimeException e) {
      index.lookEverywhere();
      throw e;
    }
  }

  @Override
  public long sweep(long record, Cursor at) {
    long word = RecordLayout.word(record);
    if (!RecordLayout.has(word, RecordLayout.MULTI)) {
      long expiresAtMs = RecordLayout.expiresAtMs(record, word);
      if (expiresAtMs == 0 || expiresAtMs > nowMs) {
        return expiresAtMs;
      }
    }
    StoredRecord before = RawRecord.copy(segments, record).decode(table.hashOf(record));
    StoredRecord after = before.swept(nowMs, graceMs, tombstonesBefore);
    if (after == before) {
      return before.sweepDueMs(graceMs);
    }
    long key = scratch.key(before.key());
    int keyLength = before.key().length;
    int result =
        placement.exchange(scratch, key, keyLength, record, before, after, SpaceFor.REMOVAL);
    if (result != WriteAttempt.DONE) {
      return before.sweepDueMs(graceMs);
    }
    changed++;
    table.memory().counters().expired(before.dataRecords() - after.dataRecords());
    return after.sweepDueMs(graceMs);
  }
}
