// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Segments of records that are cleaned together: all tables that are stores share one log, each
 * table that is a cache has its own. Several heads let threads append without waiting for each
 * other. Thread-safe.
 */
@InterfaceAudience.Private
public final class RecordLog {
  /** Survivors of one cleaning go apart from those of several, which live longer. */
  public static final int GENERATIONS = 2;

  private final int number;
  private final LogHead[] heads; // their number is a power of two
  private final LogHead[] survivors = new LogHead[GENERATIONS]; // of the cleaner
  private final LongAdder others = new LongAdder();

  /** Closed segments of a log that evicts, oldest first; null where the cleaner chooses. */
  private final SegmentFifo fifo;

  /**
   * @param number names the log in the segment table
   * @param headCount threads that can append at once; a power of two
   * @param evicts whether its segments are given up in the order in which they were closed
   */
  public RecordLog(SegmentTable segments, int number, int headCount, boolean evicts) {
    this.fifo = evicts ? new SegmentFifo() : null;
    this.number = number;
    heads = new LogHead[headCount];
    for (int i = 0; i < headCount; i++) {
      heads[i] = new LogHead(segments, this, 0);
    }
    for (int i = 0; i < GENERATIONS; i++) {
      survivors[i] = new LogHead(segments, this, i + 1);
    }
  }

  public int number() {
    return number;
  }

  /**
   * A head with room for a record of so many bytes, locked; null: there is no free segment. Spins
   * only while other threads copy a record each.
   */
  public LogHead acquire(int bytes, SpaceFor purpose) {
    int at = (int) Thread.currentThread().getId();
    for (int spins = 0; ; spins++) {
      LogHead head = heads[at + spins & heads.length - 1];
      if (head.tryLock()) {
        if (head.room(bytes, purpose)) {
          return head;
        }
        head.unlock();
        return null;
      }
      if (spins % heads.length == heads.length - 1) {
        Thread.onSpinWait();
        if (spins > 100 * heads.length) {
          Thread.yield();
        }
      }
    }
  }

  /**
   * Where a record that the cleaner moves goes, or 0; only for the cleaner, one thread at a time.
   *
   * @param growth its size if it comes from another log, else 0
   * @param stamp of the segment that it comes from
   */
  public long appendMoved(int bytes, long growth, int fromGeneration, long stamp) {
    // A queue has one end.
    LogHead head = survivors[fifo != null ? 0 : Math.min(fromGeneration, GENERATIONS - 1)];
    return head.room(bytes, SpaceFor.CLEANING) ? head.appendMoved(bytes, growth, stamp) : 0;
  }

  /** Segments that the cleaner has begun to fill, since the start. */
  public long survivorSegments() {
    long opened = 0;
    for (LogHead head : survivors) {
      opened += head.opened();
    }
    return opened;
  }

  /** Counts live bytes that came or went without a record of this log's heads. */
  public void grew(long bytes) {
    others.add(bytes);
  }

  /** Bytes of live records, those in chains left out. */
  public long liveBytes() {
    long bytes = others.sum();
    for (LogHead head : heads) {
      bytes += head.liveBytes();
    }
    for (LogHead head : survivors) {
      bytes += head.liveBytes();
    }
    return bytes;
  }

  /** Bytes of records that were appended since the start, not counting those that were moved. */
  public long writtenBytes() {
    long bytes = 0;
    for (LogHead head : heads) {
      bytes += head.writtenBytes();
    }
    return bytes;
  }

  void closed(int segment) {
    if (fifo != null) {
      fifo.add(segment);
    }
  }

  /** Null where the cleaner chooses. */
  public SegmentFifo fifo() {
    return fifo;
  }

  /** Ends all open segments, so that they can be cleaned. Not while the cleaner runs. */
  public void closeHeads() {
    for (LogHead head : heads) {
      while (!head.tryLock()) {
        Thread.onSpinWait();
      }
      head.close();
      head.unlock();
    }
    for (LogHead head : survivors) {
      head.close();
    }
  }

  /** Calls with each open segment's end, for those who recount. Not while others write. */
  public void forEachOpen(ObjLongConsumer<Integer> action) {
    for (LogHead head : heads) {
      if (head.segment() != 0) {
        action.accept(head.segment(), head.position());
      }
    }
    for (LogHead head : survivors) {
      if (head.segment() != 0) {
        action.accept(head.segment(), head.position());
      }
    }
  }
}
