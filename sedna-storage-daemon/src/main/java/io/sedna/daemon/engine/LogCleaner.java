// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.log.SegmentKind;
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

  /**
   * Records that the thread goes through before it lets others to the log, and writers, for one
   * write.
   */
  private static final int SLICE_RECORDS = 128;

  private static final int HELP_RECORDS = 32;

  /** How long a writer waits before it looks whether it can clean itself. */
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long STUCK_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IDLE_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final VictimChoice choice;
  private final int lowMark;
  private final int helpMark;
  private final SegmentEmptier emptier; // under cleaning
  private final ModeChanges changes; // as evictor
  private final CacheEvictor evictor; // under cleaning, but for what it asks of the memory
  private final ReentrantLock cleaning = new ReentrantLock();

  private final AtomicInteger fruitless = new AtomicInteger();

  // The plan, under cleaning: victims of the choice, and how far they have come; 0: there is none.
  private int planned;
  private int next;
  private int freed;
  private long openedBefore;

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
    helpMark = (lowMark + SegmentTable.reserved()) / 2 + 1;
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
        boolean needed = needed();
        if (!needed || !clean(SLICE_RECORDS)) {
          pause(needed);
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

  /**
   * Until there is something to do, or might be.
   *
   * @param inVain something was needed and could not be done
   */
  private void pause(boolean inVain) {
    if (inVain) {
      stuck = true;
      segments.wakeWaiters();
      LockSupport.parkNanos(STUCK_PAUSE_NS);
      stuck = false;
      return;
    }
    sleeping = true;
    if (!needed()) {
      LockSupport.parkNanos(IDLE_PAUSE_NS);
    }
    sleeping = false;
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
    // Whoever waits cleans: the thread may not be given a processor for long.
    while (segments.freeCount() <= more) {
      long now = System.nanoTime();
      if (stuck || stopped || now - deadlineNs >= 0) {
        return false;
      }
      if (!cleanIfIdle()) {
        segments.awaitFree(more, Math.min(deadlineNs, now + LOOK_NS), () -> stuck || stopped);
      }
    }
    return true;
  }

  /** A slice of work; false: somebody is at it, or there is nothing to do. */
  private boolean cleanIfIdle() {
    if (!cleaning.tryLock()) {
      return false;
    }
    try {
      return cleanLocked(SLICE_RECORDS);
    } finally {
      cleaning.unlock();
    }
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

  /** What is best cleaned now, all of it; answers whether any segment was freed. */
  boolean cleanNow() {
    return clean(Integer.MAX_VALUE);
  }

  /**
   * Free segments below which writers help: each write goes on with what the cleaner has begun, so
   * that writes become slower before they would have to wait.
   */
  int helpMark() {
    return helpMark;
  }

  /** A writer's share; none if somebody is at it. */
  void help() {
    if (cleaning.tryLock()) {
      try {
        if (planned > 0) {
          advance(HELP_RECORDS);
        }
      } finally {
        cleaning.unlock();
      }
    }
  }

  /** A slice of work; false: it is no use going on. */
  private boolean clean(int records) {
    cleaning.lock();
    try {
      return cleanLocked(records);
    } finally {
      cleaning.unlock();
    }
  }

  private boolean cleanLocked(int records) {
    if (planned > 0) {
      return advance(records);
    }
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
      return begin(victims, records);
    }
    if (altered != null && altered.cache()) {
      return changes.advance(altered, roomy);
    }
    return evictor.evictAnything() || (victims > 0 && begin(victims, records));
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

  private boolean begin(int victims, int records) {
    planned = victims;
    next = 0;
    freed = 0;
    openedBefore = memory.storeLog().survivorSegments();
    return advance(records);
  }

  /** Goes on with the plan; false: for a while, as many segments were filled as were freed. */
  private boolean advance(int records) {
    try {
      if (records == Integer.MAX_VALUE) {
        while (next < planned) {
          empty(records);
        }
      } else {
        empty(records);
      }
    } catch (RuntimeException e) {
      int segment = choice.victim(next);
      if (segments.kind(segment) == SegmentKind.CLEANING) {
        segments.setKind(segment, SegmentKind.CLOSED);
      }
      planned = 0;
      throw e;
    }
    if (next < planned) {
      return true;
    }
    planned = 0;
    long opened = memory.storeLog().survivorSegments() - openedBefore;
    int inVain = freed > opened ? 0 : fruitless.get() + 1;
    fruitless.set(inVain);
    return freed > 0 && inVain < MOST_FRUITLESS;
  }

  /** Goes on with the next victim. */
  private void empty(int records) {
    int segment = choice.victim(next);
    SegmentKind kind = segments.kind(segment);
    if (kind != SegmentKind.CLOSED && kind != SegmentKind.CLEANING) {
      next++; // It was evicted meanwhile.
      return;
    }
    TableSlot cache = memory.cacheOf(segment);
    if (cache != null) {
      // Those of caches that hold little are freed out of turn.
      cache.probationLog().fifo().remove(segment);
      cache.mainLog().fifo().remove(segment);
    }
    SegmentEmptier.Progress progress = emptier.advance(segment, null, records);
    if (progress == SegmentEmptier.Progress.NO_ROOM && cache != null) {
      memory.logOf(segment).fifo().add(segment);
    }
    freed += progress == SegmentEmptier.Progress.FREED ? 1 : 0;
    next += progress == SegmentEmptier.Progress.MORE ? 0 : 1;
  }

  long movedBytes() {
    return emptier.movedBytes();
  }

  long freedSegments() {
    return emptier.freedSegments();
  }
}
