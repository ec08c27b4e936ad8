// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.RecordMoves.Judge;
import io.sedna.daemon.engine.RecordMoves.Moved;
import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.RecordLog;
import io.sedna.daemon.engine.log.SegmentFifo;
import io.sedna.daemon.engine.log.SegmentKind;
import io.sedna.daemon.engine.log.SegmentTable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Goes through segments record by record, moves or forgets what lives in them, and frees them.
 * Records go where their table is kept now, so that those of a table that was altered from a store
 * to a cache, or back, change over with time.
 *
 * <p>For one thread at a time, but for the counters, which anybody may read.
 */
final class SegmentEmptier {
  /** Whatever is left of a segment is forgotten. */
  static final Judge DROP_ALL = (hash, frequency) -> S3Fifo.DROP;

  /**
   * Records that are looked up at once, so that the processor fetches their entries side by side.
   */
  private static final int BATCH = 32;

  /** How far a segment has come. */
  enum Progress {
    MORE,
    FREED,
    /** There was no room for all that lives; the segment is closed still. */
    NO_ROOM
  }

  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final Cursor cursor = new Cursor();
  private final long[] places = new long[BATCH];
  private final long[] hashes = new long[BATCH];
  private final OffHeapPartitionStore[] stores = new OffHeapPartitionStore[BATCH];
  private final AtomicLong movedBytes = new AtomicLong(); // written by one thread at a time
  private final AtomicLong freedSegments = new AtomicLong(); // as movedBytes
  private final ReadAhead ahead = new ReadAhead(BATCH);

  SegmentEmptier(OffHeapMemory memory) {
    this.memory = memory;
    this.segments = memory.segments();
  }

  /** Bytes of records that were moved, since the start. */
  long movedBytes() {
    return movedBytes.get();
  }

  long freedSegments() {
    return freedSegments.get();
  }

  /**
   * Empties a closed segment and frees it.
   *
   * @param judge what decides about records of caches; null: all that lives stays
   * @return false: there was no room for all that lives; the segment is closed still
   */
  boolean empty(int segment, Judge judge) {
    return advance(segment, judge, Integer.MAX_VALUE) == Progress.FREED;
  }

  /**
   * Goes on emptying a segment, which must be closed or half emptied.
   *
   * @param records about how many to go through, dead ones included
   */
  Progress advance(int segment, Judge judge, int records) {
    if (segments.kind(segment) != SegmentKind.CLEANING) {
      segments.setKind(segment, SegmentKind.CLEANING);
    }
    int left = records;
    while (left > 0 && segments.emptied(segment) < segments.used(segment)) {
      int count = gather(segment);
      if (!moveBatch(segment, judge, count)) {
        segments.setKind(segment, SegmentKind.CLOSED);
        return Progress.NO_ROOM;
      }
      left -= count;
    }
    if (segments.emptied(segment) < segments.used(segment)) {
      return Progress.MORE;
    }
    if (segments.live(segment) != 0) {
      throw new IllegalStateException(
          "live bytes in a segment that was emptied: segment="
              + segment
              + ", bytes="
              + segments.live(segment));
    }
    segments.free(segment);
    freedSegments.lazySet(freedSegments.getPlain() + 1);
    return Progress.FREED;
  }

  /** Looks at the next records; answers how many. */
  private int gather(int segment) {
    long at = segments.base(segment) + segments.emptied(segment);
    long end = segments.base(segment) + segments.used(segment);
    int count = 0;
    while (count < BATCH && at < end) {
      long word = RecordLayout.word(at);
      TableSlot table = memory.table(RecordLayout.slot(word));
      long hash = table == null ? 0 : table.hashOf(at, word);
      places[count] = at;
      hashes[count] = hash;
      stores[count] = table == null ? null : table.storeOf(hash);
      count++;
      at += RecordLayout.size(word);
    }
    ahead.clear();
    for (int i = 0; i < count; i++) {
      if (stores[i] != null) {
        ahead.add(stores[i], hashes[i]);
      }
    }
    ahead.fetchIndex();
    return count;
  }

  /** False: it got no further than one of them. */
  private boolean moveBatch(int segment, Judge judge, int count) {
    int moved = 0;
    int done = 0;
    int end = segments.emptied(segment);
    for (; done < count; done++) {
      long record = places[done];
      long word = RecordLayout.word(record);
      int size = RecordLayout.size(word);
      if (!RecordLayout.has(word, RecordLayout.DEAD)) {
        Moved result = move(record, word, hashes[done], stores[done], segment, judge);
        boolean dying =
            result == Moved.DEAD && !RecordLayout.has(RecordLayout.word(record), RecordLayout.DEAD);
        // What is dying is marked any moment, by a store that is just being closed.
        if (result == Moved.NO_ROOM || dying) {
          break;
        }
        moved += result == Moved.MOVED ? size : 0;
      }
      if (stores[done] != null) {
        stores[done].moves().reclaimed(size);
      }
      end += size;
    }
    segments.emptied(segment, end);
    count(segment, moved);
    return done == count;
  }

  private void count(int segment, int moved) {
    if (moved > 0) {
      segments.died(segment, moved);
      movedBytes.lazySet(movedBytes.getPlain() + moved);
    }
  }

  /** Moves one live record of a segment to where it belongs, or forgets it. */
  Moved move(long record, long word, int segment, Judge judge) {
    TableSlot table = memory.table(RecordLayout.slot(word));
    if (table == null) {
      return Moved.DEAD;
    }
    long hash = table.hashOf(record, word);
    Moved moved = move(record, word, hash, table.storeOf(hash), segment, judge);
    count(segment, moved == Moved.MOVED ? RecordLayout.size(word) : 0);
    return moved;
  }

  private Moved move(
      long record, long word, long hash, OffHeapPartitionStore store, int segment, Judge judge) {
    TableSlot table = memory.table(RecordLayout.slot(word));
    if (table == null || store == null) {
      return Moved.DEAD;
    }
    RecordLog from = memory.logOf(segment);
    RecordLog to = table.log();
    if (table.cache() && (judge != null || from != to)) {
      to = table.mainLog();
    }
    return store.moves().move(cursor, hash, record, segment, to, table.cache() ? judge : null);
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
    long hash = table.hashOf(record, word);
    OffHeapPartitionStore store = table.storeOf(hash);
    if (store != null) {
      store.moves().judgeChain(cursor, hash, record, judge, keep);
    }
  }
}
