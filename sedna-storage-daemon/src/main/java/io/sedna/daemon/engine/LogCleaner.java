// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.log.SegmentTable;
import io.sedna.daemon.engine.log.VictimChoice;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final int MOST_FRUITLESS = 8;

  private static final long STUCK_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IDLE_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final VictimChoice choice;
  private final int lowMark;
  private final SegmentEmptier emptier; // under cleaning
  private final ModeChanges changes; // as evictor
  private final CacheEvictor evictor; // under cleaning, but for what it asks of the memory
  private final ReentrantLock cleaning = new ReentrantLock();

  private final AtomicInteger fruitless = new AtomicInteger();

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
    this.emptier = new SegmentEmptier(memory);
    this.changes = new ModeChanges(memory, emptier);
    this.evictor = new CacheEvictor(memory, emptier);
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
        if (segments.freeCount() >= lowMark) {
          fruitless.set(0);
        }
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
    return segments.freeCount() < lowMark
        || evictor.overQuota() != null
        || changes.pending() != null;
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
  boolean makeRoom(int wanted, long deadlineNs) {
    if (System.nanoTime() - deadlineNs >= 0) {
      return false;
    }
    if (thread == null) {
      return cleanNow();
    }
    wake();
    int more = SegmentTable.reserved() + wanted - 1;
    return segments.awaitFree(more, deadlineNs, () -> stuck || stopped);
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
      TableSlot over = evictor.overQuota();
      if (over != null) {
        return evictor.evict(over);
      }
      TableSlot altered = changes.pending();
      boolean roomy = segments.freeCount() >= lowMark;
      if (altered != null && (roomy || !altered.cache()) && changes.advance(altered, roomy)) {
        return true;
      }
      int victims = choice.choose();
      if (victims > 0 && choice.leastLive() < DEAR * segments.segmentBytes()) {
        return cleanVictims(victims);
      }
      if (altered != null && altered.cache()) {
        return changes.advance(altered, roomy);
      }
      return evictor.evictAnything() || (victims > 0 && cleanVictims(victims));
    } finally {
      cleaning.unlock();
    }
  }

  /** Lets a cache forget a segment; answers whether it had one. */
  boolean evictNow(TableSlot table) {
    cleaning.lock();
    try {
      return evictor.evict(table);
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
      evictor.forget(table);
      changes.forget(table);
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
    int inVain = freed > opened ? 0 : fruitless.get() + 1;
    fruitless.set(inVain);
    return freed > 0 && inVain < MOST_FRUITLESS;
  }

  /** Whether the segment was freed. */
  private boolean clean(int segment) {
    TableSlot cache = memory.cacheOf(segment);
    if (cache != null) {
      // Those of caches that hold little are freed out of turn.
      cache.probationLog().fifo().remove(segment);
      cache.mainLog().fifo().remove(segment);
    }
    boolean freed = emptier.empty(segment, null);
    if (!freed && cache != null) {
      memory.logOf(segment).fifo().add(segment);
    }
    return freed;
  }

  long movedBytes() {
    return emptier.movedBytes();
  }

  long freedSegments() {
    return emptier.freedSegments();
  }
}
