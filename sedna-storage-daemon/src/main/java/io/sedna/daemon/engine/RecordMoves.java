// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.RecordLog;
import io.sedna.daemon.engine.log.SegmentFifo;
import io.sedna.daemon.engine.log.SegmentTable;

/**
 * What the cleaner does with records of one store: it moves them, and lets a cache forget them.
 * Each takes the store's lock for one record.
 */
final class RecordMoves {
  /** What became of a record that the cleaner came by. */
  enum Moved {
    MOVED,
    /** Nothing led to it. */
    DEAD,
    DROPPED,
    /** There is no segment to move it to; it is where it was. */
    NO_ROOM
  }

  /** Says whether a record of a cache stays. */
  interface Judge {
    /**
     * @return {@link S3Fifo#DROP}, or the frequency that it keeps
     */
    int judge(long hash, int frequency);
  }

  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final TableSlot table;
  private final HashIndex index;
  private final StoreLock lock;
  private final StoreState state;
  private final RecordPlacement placement;

  RecordMoves(
      OffHeapMemory memory,
      TableSlot table,
      HashIndex index,
      StoreLock lock,
      StoreState state,
      RecordPlacement placement) {
    this.memory = memory;
    this.segments = memory.segments();
    this.table = table;
    this.index = index;
    this.lock = lock;
    this.state = state;
    this.placement = placement;
  }

  /**
   * Moves a record to the survivors of a log, or forgets it. Whoever calls it counts what has moved
   * as dead where it was.
   *
   * @param from the segment that it is in
   * @param judge what decides; null: it stays, with the frequency that it has
   */
  Moved move(Cursor cursor, long hash, long record, int from, RecordLog to, Judge judge) {
    lock.lock();
    try {
      if (!index.locateReference(hash, segments.reference(record), cursor)) {
        return Moved.DEAD;
      }
      long word = RecordLayout.word(record);
      int size = RecordLayout.size(word);
      int verdict = judge(judge, cursor, hash, record, word);
      if (verdict == S3Fifo.DROP) {
        return Moved.DROPPED;
      }
      RecordLog log = memory.logOf(from);
      long moved =
          to.appendMoved(
              size, log == to ? 0 : size, segments.generation(from), segments.stamp(from));
      if (moved == 0) {
        return Moved.NO_ROOM;
      }
      OffHeap.copy(record, moved, size);
      cursor.frequency(verdict);
      index.move(cursor, segments.reference(moved));
      if (log != to) {
        log.grew(-size);
      }
      state.buried += size;
      RecordLayout.markDead(record);
      return Moved.MOVED;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Judges a record in a chain of its own, where it is.
   *
   * @param record what may be a record of this store, or may have been
   * @param keep where the chain is queued if it stays
   */
  void judgeChain(Cursor cursor, long hash, long record, Judge judge, SegmentFifo keep) {
    lock.lock();
    try {
      long reference = segments.reference(record);
      if (!index.locateReference(hash, reference, cursor)) {
        return;
      }
      long word = RecordLayout.word(record);
      int verdict = judge(judge, cursor, hash, record, word);
      if (verdict != S3Fifo.DROP && RecordLayout.has(word, RecordLayout.CHAINED)) {
        cursor.frequency(verdict);
        index.move(cursor, reference);
        keep.addChain(segments.segmentOf(reference));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets a record go if its judge or its time says so. */
  private int judge(Judge judge, Cursor cursor, long hash, long record, long word) {
    if (judge == null) {
      return cursor.frequency();
    }
    long taken = placement.taken(word);
    TableCounters counts = table.memory().counters();
    boolean several = RecordLayout.has(word, RecordLayout.MULTI);
    long expiresAtMs = several ? 0 : RecordLayout.expiresAtMs(record, word);
    if (expiresAtMs != 0 && expiresAtMs <= memory.options().clockMs().getAsLong()) {
      counts.expired(drop(cursor, hash, record, word));
      return S3Fifo.DROP;
    }
    int verdict = judge.judge(hash, cursor.frequency());
    if (verdict == S3Fifo.DROP) {
      counts.evicted(drop(cursor, hash, record, word), taken);
    }
    return verdict;
  }

  /** Answers how many records with data that were. */
  private int drop(Cursor cursor, long hash, long record, long word) {
    if (RecordLayout.has(word, RecordLayout.MULTI | RecordLayout.TOMBSTONE)) {
      StoredRecord before = RawRecord.copy(segments, record).decode(hash);
      placement.forget(cursor, record, before);
      return before.dataRecords();
    }
    placement.forget(
        cursor, record, 1, RecordLayout.keyLength(word) + RecordLayout.valueLength(word));
    return 1;
  }

  /** Lets the large records of a table that has become a cache be evicted like others. */
  void queueChains() {
    lock.lock();
    try {
      index.walk().forEach(this::queueChain);
    } finally {
      lock.unlock();
    }
  }

  private void queueChain(long record) {
    int segment = segments.segmentOf(segments.reference(record));
    if (RecordLayout.has(RecordLayout.word(record), RecordLayout.CHAINED)) {
      table.probationLog().fifo().removeChain(segment);
      table.mainLog().fifo().removeChain(segment);
      table.mainLog().fifo().addChain(segment);
    }
  }

  /** Bytes of dead records are free again. */
  void reclaimed(int bytes) {
    state.reclaimed += bytes;
  }
}
