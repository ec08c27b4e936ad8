// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.RecordMoves.Judge;
import io.sedna.daemon.engine.cache.CacheShares;
import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.log.RecordLog;
import io.sedna.daemon.engine.log.SegmentFifo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets caches forget: one that takes more than its quota, or the one to which memory is worth
 * least. What of it goes is decided by its {@link S3Fifo}. For one thread at a time.
 */
final class CacheEvictor {
  private final OffHeapMemory memory;
  private final SegmentEmptier emptier;
  private final CacheShares shares = new CacheShares();
  private final Map<TableSlot, Share> sharesOf = new HashMap<>();

  CacheEvictor(OffHeapMemory memory, SegmentEmptier emptier) {
    this.memory = memory;
    this.emptier = emptier;
  }

  /** What a table's cache could give. */
  private static final class Share extends CacheShares.Share {
    private final TableSlot table;

    Share(TableSlot table) {
      this.table = table;
    }

    @Override
    protected long regretsSoFar() {
      return table.policy().regrets();
    }

    @Override
    protected long bytes() {
      return table.memory().usedBytes();
    }

    @Override
    protected int segments() {
      return table.probationLog().fifo().size() + table.mainLog().fifo().size();
    }
  }

  /** A cache that takes more than its quota, or null. */
  TableSlot overQuota() {
    for (TableSlot table : memory.caches()) {
      if (!table.memory().hasRoomFor(0)) {
        return table;
      }
    }
    return null;
  }

  /** Lets some cache give up a segment; false: none has one to spare. */
  boolean evictAnything() {
    var all = new ArrayList<Share>();
    for (TableSlot table : memory.caches()) {
      all.add(sharesOf.computeIfAbsent(table, Share::new));
    }
    return shares.choose(all).map(share -> evict(share.table)).orElse(false);
  }

  /** A table is gone. */
  void forget(TableSlot table) {
    sharesOf.remove(table);
  }

  /** Lets a table give up a segment; false: it has none. */
  boolean evict(TableSlot table) {
    SegmentFifo probation = table.probationLog().fifo();
    SegmentFifo main = table.mainLog().fifo();
    if (probation.size() + main.size() == 0) {
      table.probationLog().closeHeads();
      table.mainLog().closeHeads();
    }
    // By what they occupy: of what is often written again, much of probation is dead.
    S3Fifo.Queue queue = table.policy().victim(probation.size(), main.size(), table.records());
    RecordLog from = queue == S3Fifo.Queue.PROBATION ? table.probationLog() : table.mainLog();
    int segment = from.fifo().poll();
    if (segment == 0) {
      return false;
    }
    Judge judge = (hash, frequency) -> table.policy().judge(hash, frequency);
    if (segment < 0) {
      emptier.judgeChain(SegmentFifo.chain(segment), judge, main);
      return true;
    }
    if (emptier.empty(segment, judge) || emptier.empty(segment, SegmentEmptier.DROP_ALL)) {
      return true;
    }
    from.fifo().add(segment);
    return false;
  }
}
