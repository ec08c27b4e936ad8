// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * An open segment that records are appended to, by one thread at a time: {@link #tryLock}, {@link
 * #room}, {@link #append}, write the record, {@link #unlock}.
 */
@InterfaceAudience.Private
public final class LogHead {
  private final AtomicInteger lock = new AtomicInteger();
  private final SegmentTable segments;
  private final RecordLog log;
  private final int generation;

  // All under the lock.
  private int segment;
  private long opened;
  private long position;
  private long end;
  private long movedBytes;
  private long movedStamps; // times their bytes
  private long closedBytes;

  /** Live bytes that went in less those that they took the place of; others may read it. */
  private final AtomicLong liveBytes = new AtomicLong();

  LogHead(SegmentTable segments, RecordLog log, int generation) {
    this.segments = segments;
    this.log = log;
    this.generation = generation;
  }

  boolean tryLock() {
    return lock.getPlain() == 0 && lock.compareAndSet(0, 1);
  }

  public void unlock() {
    lock.setRelease(0);
  }

  /** Makes sure that a record of so many bytes fits; takes another segment if need be. */
  boolean room(int bytes, SpaceFor purpose) {
    if (segment != 0 && end - position >= bytes) {
      return true;
    }
    int fresh = segments.allocate(SegmentKind.OPEN, purpose);
    if (fresh == 0) {
      return false;
    }
    close();
    segments.own(fresh, log.number());
    segment = fresh;
    opened++;
    position = segments.base(fresh);
    end = position + segments.segmentBytes();
    movedBytes = 0;
    movedStamps = 0;
    return true;
  }

  /**
   * Takes the place of a record that fits.
   *
   * @param growth its size less that of the record it takes the place of
   * @return its address
   */
  public long append(int bytes, long growth) {
    long address = position;
    position += bytes;
    liveBytes.lazySet(liveBytes.getPlain() + growth);
    return address;
  }

  /** As append, of a record that is moved: a segment is as old as what was moved to it. */
  long appendMoved(int bytes, long growth, long stamp) {
    movedBytes += bytes;
    movedStamps += stamp * bytes;
    return append(bytes, growth);
  }

  /** Ends the segment, if there is one. */
  void close() {
    if (segment != 0) {
      if (movedBytes > 0) {
        segments.stamp(segment, movedStamps / movedBytes);
      }
      int usedBytes = (int) (position - segments.base(segment));
      segments.close(segment, usedBytes, generation);
      closedBytes += usedBytes;
      log.closed(segment);
      segment = 0;
    }
  }

  long liveBytes() {
    return liveBytes.get();
  }

  /** Bytes appended since the start; while others append, about so many. */
  long writtenBytes() {
    int open = segment;
    long inOpen = open == 0 ? 0 : position - segments.base(open);
    return closedBytes + Math.max(0, Math.min(inOpen, segments.segmentBytes()));
  }

  long opened() {
    return opened;
  }

  /** The open segment, or 0, and how far it is written; under the lock. */
  int segment() {
    return segment;
  }

  long position() {
    return position;
  }
}
