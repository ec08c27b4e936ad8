// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.RecordMoves.Judge;
import io.sedna.daemon.engine.RecordMoves.Moved;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.SegmentFifo;
import io.sedna.daemon.engine.log.SegmentTable;

/**
 * Brings the records of tables that were altered to where tables of their kind are kept: those of a
 * cache that has become a store out of the logs that are evicted from, a segment at a time; those
 * of a store that has become a cache out of the segments that it shares with other stores. For one
 * thread at a time.
 */
final class ModeChanges {
  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final SegmentEmptier emptier;

  /** The table that becomes a cache, or null, and the next segment to look for its records in. */
  private TableSlot becomingCache;

  private int next;

  ModeChanges(OffHeapMemory memory, SegmentEmptier emptier) {
    this.memory = memory;
    this.segments = memory.segments();
    this.emptier = emptier;
  }

  /** A table whose records are not yet where they belong, or null. */
  TableSlot pending() {
    for (TableSlot table : memory.tables()) {
      if (table.cache() != table.keptAsCache()) {
        return table;
      }
    }
    return null;
  }

  /** A table is gone. */
  void forget(TableSlot table) {
    if (becomingCache == table) {
      becomingCache = null;
    }
  }

  /**
   * One slice of work.
   *
   * @param roomy whether there are free segments to move to; if not, what a table that becomes a
   *     cache has in a segment is forgotten
   * @return false: there is no room to go on with it
   */
  boolean advance(TableSlot table, boolean roomy) {
    return table.cache() ? toCache(table, roomy) : toStore(table);
  }

  private boolean toStore(TableSlot table) {
    SegmentFifo probation = table.probationLog().fifo();
    SegmentFifo main = table.mainLog().fifo();
    boolean last = probation.size() + main.size() == 0;
    if (last) {
      table.probationLog().closeHeads();
      table.mainLog().closeHeads();
    }
    SegmentFifo fifo = probation.size() > 0 ? probation : main;
    int segment = fifo.poll();
    if (segment == 0) {
      table.keptAsCache(false);
      return true;
    }
    // Chains stay where they are.
    if (segment < 0 || emptier.empty(segment, null)) {
      return true;
    }
    fifo.add(segment);
    return false;
  }

  private boolean toCache(TableSlot table, boolean roomy) {
    if (becomingCache != table) {
      becomingCache = table;
      next = 1;
      memory.storeLog().closeHeads();
    }
    while (next <= segments.count()) {
      int segment = next++;
      if (segments.looksClosed(segment) && segments.owner(segment) == 0) {
        take(table, segment, roomy ? null : SegmentEmptier.DROP_ALL);
        return true;
      }
    }
    table.forEachStore(store -> store.moves().queueChains());
    table.keptAsCache(true);
    becomingCache = null;
    return true;
  }

  /** Moves a table's records out of a segment; what there is no room for is forgotten. */
  private void take(TableSlot table, int segment, Judge judge) {
    long at = segments.base(segment);
    long end = at + segments.used(segment);
    while (at < end && segments.live(segment) > 0) {
      long word = RecordLayout.word(at);
      if (RecordLayout.slot(word) == table.slot()
          && !RecordLayout.has(word, RecordLayout.DEAD)
          && emptier.move(at, word, segment, judge) == Moved.NO_ROOM) {
        emptier.move(at, word, segment, SegmentEmptier.DROP_ALL);
      }
      at += RecordLayout.size(word);
    }
  }
}
