// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.OffHeapPartitionStore.Moved;
import io.sedna.daemon.engine.cache.CacheShares;
import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.RecordLog;
import io.sedna.daemon.engine.log.SegmentKind;
import io.sedna.daemon.engine.log.SegmentTable;
import io.sedna.daemon.engine.log.VictimChoice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees segments: moves what lives in segments of much that is dead, and lets caches forget.
 *
 * <p>Works on a thread of its own while few segments are free, a few segments at a time, and takes
 * a store's lock for one record at a time, so that nobody waits long for it. Where there is no such
 * thread, writers that find no room do it themselves.
 */
final class LogCleaner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogCleaner.class);

  /** Segments cleaned in one go: those of like age go together. */
  private static final int VICTIMS = 8;

  /**
   * A segment of stores that has more live bytes than this part is left alone if a cache can give.
   */
  private static final double DEAR = 0.75;

  /** Segments free beyond what the heads and survivors need, at which the thread begins. */
  private static final int LEAST_SPARE = 2;

  private static final int MOST_SPARE = 64;
  private static final int SPARE_DIVISOR = 128;

  /**
   * Goes that free no more than they fill, in a row, that are tried: what lives does not fit well.
   */
  private static final int MOST_FRUITLESS = 4;

  private static final long STUCK_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IDLE_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final VictimChoice choice;
  private final int lowMark;
  private final CacheShares shares = new CacheShares(); // under cleaning
  private final Map<TableSlot, Share> sharesOf = new HashMap<>(); // under cleaning
  private final Cursor cursor = new Cursor(); // under cleaning
  private final ReentrantLock cleaning = new ReentrantLock();

  private int fruitless; // under cleaning

  private volatile Thread thread;
  private volatile boolean sleeping;
  private volatile boolean stuck;
  private volatile boolean stopped;

  /**
   * @param working segments that are in use or kept free by the log itself
   */
  LogCleaner(OffHeapMemory memory, int working) {
    this.memory = memory;
    this.segments = memory.segments();
    this.choice = new VictimChoice(segments, VICTIMS);
    int spare = Math.max(LEAST_SPARE, Math.min(MOST_SPARE, segments.count() / SPARE_DIVISOR));
    lowMark = working + spare;
  }

  void start(String name) {
    var cleaner = new Thread(this::run, name);
    cleaner.setDaemon(true);
    thread = cleaner;
    segments.onLow(lowMark, this::wake);
    cleaner.start();
  }

  /** Lets the thread look whether there is something to do. */
  void wake() {
    if (sleeping) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!stopped) {
      try {
        boolean progress = needed() && cleanNow();
        if (!progress) {
          pause();
        }
      } catch (RuntimeException e) {
        LOG.error("Cleaning failed; it is tried again", e);
        LockSupport.parkNanos(IDLE_PAUSE_NS);
      }
    }
  }

  private boolean needed() {
    return segments.freeCount() < lowMark || overQuota() != null;
  }

  /** Until there is something to do, or might be. */
  private void pause() {
    sleeping = true;
    boolean more = needed();
    stuck = more;
    if (more) {
      segments.wakeWaiters();
    }
    LockSupport.parkNanos(more ? STUCK_PAUSE_NS : IDLE_PAUSE_NS);
    sleeping = false;
    stuck = false;
  }

  /** As {@link OffHeapMemory#makeRoom}. */
  boolean makeRoom(long deadlineNs) {
    if (thread == null) {
      return System.nanoTime() - deadlineNs < 0 && cleanNow();
    }
    wake();
    return segments.awaitFree(SegmentTable.reserved(), deadlineNs, () -> stuck || stopped);
  }

  @Override
  public void close() {
    stopped = true;
    Thread running = thread;
    if (running != null) {
      LockSupport.unpark(running);
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** One slice of work; answers whether any segment was freed. */
  boolean cleanNow() {
    cleaning.lock();
    try {
      TableSlot over = overQuota();
      if (over != null) {
        return evict(over);
      }
      int victims = choice.choose();
      if (victims > 0 && choice.leastLive() < DEAR * segments.segmentBytes()) {
        return cleanVictims(victims);
      }
      return evictAnything() || (victims > 0 && cleanVictims(victims));
    } finally {
      cleaning.unlock();
    }
  }

  /** Lets a cache forget a segment; answers whether it had one. */
  boolean evictNow(TableSlot table) {
    cleaning.lock();
    try {
      return evict(table);
    } finally {
      cleaning.unlock();
    }
  }

  /** Of a table that is gone, nothing stays open. */
  void retire(TableSlot table) {
    cleaning.lock();
    try {
      table.probationLog().closeHeads();
      table.mainLog().closeHeads();
      sharesOf.remove(table);
    } finally {
      cleaning.unlock();
    }
  }

  // -- Stores.

  /** False: for a while, as many segments were filled as were freed. */
  private boolean cleanVictims(int victims) {
    long openedBefore = memory.storeLog().survivorSegments();
    int freed = 0;
    for (int i = 0; i < victims; i++) {
      freed += clean(choice.victim(i)) ? 1 : 0;
    }
    long opened = memory.storeLog().survivorSegments() - openedBefore;
    fruitless = freed > opened ? 0 : fruitless + 1;
    return freed > 0 && fruitless < MOST_FRUITLESS;
  }

  /** Whether the segment was freed. */
  private boolean clean(int segment) {
    TableSlot cache = memory.cacheOf(segment);
    if (cache != null) {
      // Empty ones of caches are freed out of turn.
      cache.probationLog().fifo().remove(segment);
      cache.mainLog().fifo().remove(segment);
    }
    segments.setKind(segment, SegmentKind.CLEANING);
    return end(segment, moveAll(segment, memory.storeLog(), null));
  }

  private boolean end(int segment, boolean all) {
    if (!all) {
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
    segments.free(segment);
    return true;
  }

  /** Goes through a segment; false: there was no room for all that lives. */
  private boolean moveAll(int segment, RecordLog to, OffHeapPartitionStore.Judge judge) {
    long at = segments.base(segment);
    long end = at + segments.used(segment);
    while (at < end && segments.live(segment) > 0) {
      long word = RecordLayout.word(at);
      if (!RecordLayout.has(word, RecordLayout.DEAD)
          && move(at, word, segment, to, judge) == Moved.NO_ROOM) {
        return false;
      }
      at += RecordLayout.size(word);
    }
    return true;
  }

  private Moved move(
      long record, long word, int segment, RecordLog to, OffHeapPartitionStore.Judge judge) {
    TableSlot table = memory.table(RecordLayout.slot(word));
    if (table == null) {
      return Moved.DEAD;
    }
    long hash =
        table.hasher().hash(record + RecordLayout.keyOffset(word), RecordLayout.keyLength(word));
    OffHeapPartitionStore store = table.storeOf(hash);
    return store == null ? Moved.DEAD : store.move(cursor, hash, record, segment, to, judge);
  }

  // -- Caches.

  /** A cache that takes more than its quota, or null. */
  private TableSlot overQuota() {
    for (TableSlot table : memory.caches()) {
      if (!table.memory().hasRoomFor(0)) {
        return table;
      }
    }
    return null;
  }

  private boolean evictAnything() {
    var all = new ArrayList<Share>();
    sharesOf.keySet().removeIf(table -> memory.table(table.slot()) != table);
    for (TableSlot table : memory.caches()) {
      all.add(sharesOf.computeIfAbsent(table, Share::new));
    }
    return shares.choose(all).map(share -> evict(share.table)).orElse(false);
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

  /** Gives up a table's segment; false: it has none that could be. */
  private boolean evict(TableSlot table) {
    RecordLog probation = table.probationLog();
    RecordLog main = table.mainLog();
    if (probation.fifo().size() + main.fifo().size() == 0) {
      probation.closeHeads();
      main.closeHeads();
    }
    S3Fifo.Queue queue =
        table
            .policy()
            .victim(
                probation.fifo().size() == 0 ? 0 : Math.max(1, probation.liveBytes()),
                main.fifo().size() == 0 ? 0 : Math.max(1, main.liveBytes()),
                table.records());
    RecordLog from = queue == S3Fifo.Queue.PROBATION ? probation : main;
    int segment = from.fifo().poll();
    if (segment == 0) {
      return false;
    }
    segments.setKind(segment, SegmentKind.CLEANING);
    OffHeapPartitionStore.Judge judge =
        (hash, frequency, bytes) -> table.policy().judge(queue, hash, frequency, bytes);
    if (!moveAll(segment, main, judge)) {
      moveAll(segment, main, (hash, frequency, bytes) -> S3Fifo.DROP);
    }
    return end(segment, true);
  }
}
