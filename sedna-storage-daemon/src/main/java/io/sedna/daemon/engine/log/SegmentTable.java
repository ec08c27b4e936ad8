// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;

import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A fixed amount of memory outside the heap in segments of equal size, and what is known of each.
 *
 * <p>The address space is taken as a whole at the beginning, its pages by the operating system as
 * they are first written; freed segments are used again last in, first out, so that what was never
 * needed is never touched. It is given back when nothing can reach this object any more, never
 * earlier: readers that are late read bytes that mean something else by then, and notice, but they
 * never leave the memory. A record is referred to by its place in units of 8 bytes; the segment is
 * in the upper bits and 0 is no place.
 *
 * <p>Thread-safe.
 */
@InterfaceAudience.Private
public final class SegmentTable {
  /** Bits of a reference. */
  public static final int REFERENCE_BITS = 40;

  /** Smallest segment: the head and the longest key of a record fit into it twice. */
  public static final int LEAST_SEGMENT_BYTES = 128 << 10;

  /** What a small memory is cut into at least, so that there is something to clean. */
  private static final int LEAST_SEGMENTS = 64;

  /** Segments that only the cleaner gets. */
  private static final int CLEANER_RESERVE = 4;

  /** Segments beyond those that only what is urgent gets. */
  private static final int URGENT_RESERVE = 3;

  private static final int PAGE_BYTES = 2 << 20;
  private static final int UNIT_SHIFT = 3;

  /** The longest key may be compared beyond the end of what a late reader takes for a record. */
  private static final int SLACK_BYTES = 256 << 10;

  private static final Cleaner FREER = Cleaner.create();

  private final int segmentBytes;
  private final int segmentShift;
  private final int segments;
  private final long origin; // of reference 0, a segment before the first
  private final AtomicIntegerArray live;
  private final SegmentKind[] kinds; // under this object's monitor, read by others as a hint
  private final int[] used; // written by who closes the segment
  private final int[] emptied; // of the cleaner
  private final long[] stamps; // as used
  private final long[] begun; // under the monitor
  private final byte[] generations; // as used
  private final int[] owners; // as used: number of the log
  private final int[] next; // under the monitor, but for readers of chains, who check
  private final int[] free; // under the monitor: a stack
  private int freeCount; // under the monitor
  private volatile int freeHint;
  private int lowMark; // under the monitor
  private Runnable lowSignal = () -> {}; // under the monitor
  private volatile int chainSegments; // written under the monitor
  private volatile int indexSegments; // written under the monitor
  private volatile long clock; // written under the monitor: counts segments given out

  /**
   * @param totalBytes of memory
   * @param wantedSegmentBytes size of a segment where the memory is large enough for many; a power
   *     of two
   */
  public SegmentTable(long totalBytes, int wantedSegmentBytes) {
    int size = Math.max(LEAST_SEGMENT_BYTES, Integer.highestOneBit(wantedSegmentBytes));
    while (size > LEAST_SEGMENT_BYTES && totalBytes / size < LEAST_SEGMENTS) {
      size >>= 1;
    }
    segmentBytes = size;
    segmentShift = Integer.numberOfTrailingZeros(size);
    segments = (int) Math.min(totalBytes / size, (1L << (REFERENCE_BITS - segmentShift + 3)) - 2);
    if (segments < 2 * (CLEANER_RESERVE + URGENT_RESERVE)) {
      throw new IllegalArgumentException(
          "memory is too small: bytes=" + totalBytes + ", segment=" + size);
    }
    long bytes = (long) segments * size + PAGE_BYTES + SLACK_BYTES;
    long address = UNSAFE.allocateMemory(bytes);
    FREER.register(this, () -> UNSAFE.freeMemory(address));
    origin = ((address + PAGE_BYTES - 1) & -PAGE_BYTES) - size;
    live = new AtomicIntegerArray(segments + 1);
    kinds = new SegmentKind[segments + 1];
    Arrays.fill(kinds, SegmentKind.FREE);
    used = new int[segments + 1];
    emptied = new int[segments + 1];
    stamps = new long[segments + 1];
    begun = new long[segments + 1];
    generations = new byte[segments + 1];
    owners = new int[segments + 1];
    next = new int[segments + 1];
    free = new int[segments];
    for (int i = 0; i < segments; i++) {
      free[i] = segments - i;
    }
    freeCount = segments;
    freeHint = segments;
  }

  public int segmentBytes() {
    return segmentBytes;
  }

  /** How many there are; they are numbered from 1. */
  public int count() {
    return segments;
  }

  public long totalBytes() {
    return (long) segments << segmentShift;
  }

  /** Segments that only the cleaner and what is urgent get. */
  public static int reserved() {
    return CLEANER_RESERVE + URGENT_RESERVE;
  }

  // -- Places.

  /** Where a reference leads; any 40 bits do if {@link #inside}. */
  public long address(long reference) {
    return origin + (reference << UNIT_SHIFT);
  }

  public long reference(long address) {
    return (address - origin) >>> UNIT_SHIFT;
  }

  /** Whether a reference, which may be anything, leads into this memory. */
  public boolean inside(long reference) {
    int segment = segmentOf(reference);
    return segment > 0 && segment <= segments;
  }

  public int segmentOf(long reference) {
    return (int) (reference >>> (segmentShift - UNIT_SHIFT));
  }

  public long base(int segment) {
    return origin + ((long) segment << segmentShift);
  }

  /** Whether so many bytes from there on are of one segment. */
  public boolean fits(long address, long bytes) {
    return ((address - origin) & (segmentBytes - 1)) + bytes <= segmentBytes;
  }

  // -- Giving and taking.

  /** A free segment, or 0. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the monitor.
  public synchronized int allocate(SegmentKind kind, SpaceFor purpose) {
    if (freeCount <= reserve(purpose)) {
      return 0;
    }
    int segment = take(kind);
    if (kind == SegmentKind.INDEX) {
      indexSegments++;
    }
    return segment;
  }

  /** The first of a chain of free segments that holds so many bytes, or 0. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the monitor.
  public synchronized int allocateChain(long bytes, SpaceFor purpose) {
    int wanted = chainLength(bytes);
    if (freeCount - wanted < reserve(purpose)) {
      return 0;
    }
    int first = 0;
    for (int i = 0; i < wanted; i++) {
      int segment = take(SegmentKind.CHAIN);
      next[segment] = first;
      first = segment;
    }
    chainSegments += wanted;
    return first;
  }

  public int chainLength(long bytes) {
    return (int) ((bytes + segmentBytes - 1) >>> segmentShift);
  }

  /** The next of a chain, 0 at its end; of one that is freed meanwhile, anything. */
  public int next(int segment) {
    return next[segment];
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the monitor.
  private int take(SegmentKind kind) {
    int segment = free[--freeCount];
    freeHint = freeCount;
    kinds[segment] = kind;
    used[segment] = 0;
    emptied[segment] = 0;
    stamps[segment] = ++clock;
    begun[segment] = clock;
    generations[segment] = 0;
    live.set(segment, 0);
    if (freeCount < lowMark) {
      lowSignal.run();
    }
    return segment;
  }

  /** Gives back a segment, with those chained to it. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the monitor.
  public synchronized void free(int first) {
    boolean chain = kinds[first] == SegmentKind.CHAIN;
    int segment = first;
    while (segment != 0) {
      int following = chain ? next[segment] : 0;
      if (kinds[segment] == SegmentKind.FREE) {
        throw new IllegalStateException("freed twice: segment=" + segment);
      }
      chainSegments -= chain ? 1 : 0;
      indexSegments -= kinds[segment] == SegmentKind.INDEX ? 1 : 0;
      kinds[segment] = SegmentKind.FREE;
      free[freeCount++] = segment;
      segment = following;
    }
    freeHint = freeCount;
    notifyAll();
  }

  private static int reserve(SpaceFor purpose) {
    return switch (purpose) {
      case DATA, REMOVAL -> CLEANER_RESERVE + URGENT_RESERVE;
      case URGENT -> CLEANER_RESERVE;
      case CLEANING -> 0;
    };
  }

  /** How many are free, as it was a moment ago. */
  public int freeCount() {
    return freeHint;
  }

  /** Lets a short call be made whenever fewer than so many are free after one was taken. */
  public synchronized void onLow(int mark, Runnable signal) {
    lowMark = mark;
    lowSignal = signal;
  }

  /**
   * Waits until more than so many are free, the time is over, or there is no hope.
   *
   * @param hopeless is asked again after each {@link #wakeWaiters}
   * @return whether they are
   */
  public synchronized boolean awaitFree(int more, long deadlineNs, BooleanSupplier hopeless) {
    while (freeCount <= more) {
      long leftNs = deadlineNs - System.nanoTime();
      if (leftNs <= 0 || hopeless.getAsBoolean()) {
        return false;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, leftNs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  public synchronized void wakeWaiters() {
    notifyAll();
  }

  public int chainSegments() {
    return chainSegments;
  }

  public int indexSegments() {
    return indexSegments;
  }

  // -- What is known of each.

  /** Says which log an open segment is of. */
  void own(int segment, int owner) {
    owners[segment] = owner;
  }

  /** Makes an open segment one that can be cleaned; it holds so many bytes of records. */
  void close(int segment, int usedBytes, int generation) {
    used[segment] = usedBytes;
    generations[segment] = (byte) generation;
    live.addAndGet(segment, usedBytes);
    setKind(segment, SegmentKind.CLOSED);
  }

  /** Says when the records of a segment were written, on the {@link #clock}. */
  public void stamp(int segment, long stamp) {
    stamps[segment] = stamp;
  }

  public long stamp(int segment) {
    return stamps[segment];
  }

  /** When the segment itself was given out, on the {@link #clock}. */
  public long begun(int segment) {
    return begun[segment];
  }

  /** Segments given out so far: how old something is, is measured in these. */
  public long clock() {
    return clock;
  }

  public synchronized void setKind(int segment, SegmentKind kind) {
    kinds[segment] = kind;
  }

  public synchronized SegmentKind kind(int segment) {
    return kinds[segment];
  }

  /** Without a lock: the kind may just be changing. */
  public boolean looksClosed(int segment) {
    return kinds[segment] == SegmentKind.CLOSED;
  }

  /** Bytes of records in a closed segment, dead ones included. */
  public int used(int segment) {
    return used[segment];
  }

  /** Bytes from the beginning on that the cleaner has gone through; its own affair. */
  public int emptied(int segment) {
    return emptied[segment];
  }

  public void emptied(int segment, int bytes) {
    emptied[segment] = bytes;
  }

  public int owner(int segment) {
    return owners[segment];
  }

  /**
   * How many times its records were moved by the cleaner, at most {@link RecordLog#GENERATIONS}.
   */
  public int generation(int segment) {
    return generations[segment];
  }

  /** Bytes of live records in a closed segment; of an open one, less than nothing. */
  public int live(int segment) {
    return live.get(segment);
  }

  /** Counts bytes of a record that has died. */
  public void died(int segment, int bytes) {
    live.addAndGet(segment, -bytes);
  }
}
