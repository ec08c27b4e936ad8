// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.OffHeapPartitionStore.Judge;
import io.sedna.daemon.engine.OffHeapPartitionStore.Moved;
import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.RecordLog;
import io.sedna.daemon.engine.log.SegmentFifo;
import io.sedna.daemon.engine.log.SegmentKind;
import io.sedna.daemon.engine.log.SegmentTable;

/**
 * Goes through segments record by record, moves or forgets what lives in them, and frees them.
 * Records go where their table is kept now, so that those of a table that was altered from a store
 * to a cache, or back, change over with time.
 *
 * <p>For one thread at a time, but for the counters, which anybody may read.
 */
final class SegmentEmptier {
  /** Whatever is left of a segment is forgotten. */
  static final Judge DROP_ALL = (hash, frequency, bytes) -> S3Fifo.DROP;

  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final Cursor cursor = new Cursor();
  private volatile long movedBytes;
  private volatile long freedSegments;

  SegmentEmptier(OffHeapMemory memory) {
    this.memory = memory;
    this.segments = memory.segments();
  }

  /** Bytes of records that were moved, since the start. */
  long movedBytes() {
    return movedBytes;
  }

  long freedSegments() {
    return freedSegments;
  }

  /**
   * Empties a closed segment and frees it.
   *
   * @param judge what decides about records of caches; null: all that lives stays
   * @return false: there was no room for all that lives; the segment is closed still
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread at a time.
  boolean empty(int segment, Judge judge) {
    segments.setKind(segment, SegmentKind.CLEANING);
    if (!moveAll(segment, judge)) {
      segments.setKind(segment, SegmentKind.CLOSED);
      return false;
    }
    if (segments.live(segment) != 0) {
      throw new IllegalStateException(
          "live bytes in a segment that was emptied: segment="
              + segment
              + ", bytes="
              + segments.live(segment));
    }
    reclaim(segment);
    segments.free(segment);
    freedSegments++;
    return true;
  }

  private boolean moveAll(int segment, Judge judge) {
    long at = segments.base(segment);
    long end = at + segments.used(segment);
    while (at < end) {
      long word = RecordLayout.word(at);
      if (!RecordLayout.has(word, RecordLayout.DEAD)) {
        Moved moved = move(at, word, segment, judge);
        boolean dying =
            moved == Moved.DEAD && !RecordLayout.has(RecordLayout.word(at), RecordLayout.DEAD);
        // What is dying is marked any moment, by a store that is just being closed.
        if (moved == Moved.NO_ROOM || dying) {
          return false;
        }
      }
      at += RecordLayout.size(word);
    }
    return true;
  }

  /** Tells the stores that the bytes of their dead records are free. */
  private void reclaim(int segment) {
    long at = segments.base(segment);
    long end = at + segments.used(segment);
    while (at < end) {
      long word = RecordLayout.word(at);
      TableSlot table = memory.table(RecordLayout.slot(word));
      OffHeapPartitionStore store = table == null ? null : table.storeOf(hash(table, at, word));
      int size = RecordLayout.size(word);
      if (store != null) {
        store.reclaimed(size);
      }
      at += size;
    }
  }

  private static long hash(TableSlot table, long record, long word) {
    return table.hasher().hash(record + RecordLayout.keyOffset(word), RecordLayout.keyLength(word));
  }

  /** Moves one live record of a segment to where it belongs, or forgets it. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread at a time.
  Moved move(long record, long word, int segment, Judge judge) {
    TableSlot table = memory.table(RecordLayout.slot(word));
    if (table == null) {
      return Moved.DEAD;
    }
    long hash = hash(table, record, word);
    OffHeapPartitionStore store = table.storeOf(hash);
    if (store == null) {
      return Moved.DEAD;
    }
    RecordLog from = memory.logOf(segment);
    RecordLog to = table.log();
    if (table.cache() && (judge != null || from != to)) {
      to = table.mainLog();
    }
    Moved moved = store.move(cursor, hash, record, segment, to, table.cache() ? judge : null);
    if (moved == Moved.MOVED) {
      movedBytes += RecordLayout.size(word);
    }
    return moved;
  }

  /**
   * Judges the one record that a chain of segments holds.
   *
   * @param first of the chain; it may have been freed and be used for something else by now
   * @param keep where it goes if it stays
   */
  void judgeChain(int first, Judge judge, SegmentFifo keep) {
    long record = segments.base(first);
    long word = RecordLayout.word(record);
    TableSlot table = memory.table(RecordLayout.slot(word));
    if (table == null || !RecordLayout.has(word, RecordLayout.CHAINED)) {
      return;
    }
    long hash = hash(table, record, word);
    OffHeapPartitionStore store = table.storeOf(hash);
    if (store != null) {
      store.judgeChain(cursor, hash, record, judge, keep);
    }
  }
}
