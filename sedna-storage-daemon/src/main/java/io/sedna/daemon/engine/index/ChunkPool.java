// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import io.sedna.daemon.engine.log.SegmentKind;
import io.sedna.daemon.engine.log.SegmentTable;
import io.sedna.daemon.engine.log.SpaceFor;
import java.util.Arrays;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Cuts segments into chunks of eight buckets for the indexes of all stores. Chunks are all of one
 * size, so that those that one index gives back always serve another. Thread-safe.
 */
@InterfaceAudience.Private
public final class ChunkPool {
  static final int BUCKETS_SHIFT = 3;
  static final int BUCKETS = 1 << BUCKETS_SHIFT;
  private static final int CHUNK_SHIFT = BUCKETS_SHIFT + BucketLayout.BUCKET_SHIFT;
  static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;

  private final SegmentTable segments;
  private final long base;
  private long[] free = new long[64]; // under this object's monitor: a stack of addresses
  private int freeCount; // under the monitor
  private long fresh; // under the monitor: next chunk never used in the newest segment
  private long freshEnd; // under the monitor
  private long used; // under the monitor

  public ChunkPool(SegmentTable segments) {
    this.segments = segments;
    this.base = segments.base(1);
    if (segments.totalBytes() >>> CHUNK_SHIFT > 1L << Integer.SIZE) {
      throw new IllegalArgumentException(
          "memory is too large: bytes=" + segments.totalBytes() + ", most=2 TiB");
    }
  }

  /** A chunk's number, which is shorter than its address: good for 2 TiB. */
  int number(long address) {
    return (int) ((address - base) >>> CHUNK_SHIFT);
  }

  long address(int number) {
    return base + (Integer.toUnsignedLong(number) << CHUNK_SHIFT);
  }

  /** Fills an array with the addresses of empty chunks; false: there is no memory for all. */
  synchronized boolean allocate(long[] chunks) {
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = take();
      if (chunks[i] == 0) {
        for (int j = 0; j < i; j++) {
          give(chunks[j]);
        }
        return false;
      }
    }
    for (long chunk : chunks) {
      for (int i = 0; i < BUCKETS; i++) {
        BucketLayout.clear(chunk + (long) i * BucketLayout.BUCKET_BYTES);
      }
    }
    used += chunks.length;
    return true;
  }

  synchronized void free(long[] chunks) {
    used -= chunks.length;
    for (long chunk : chunks) {
      give(chunk);
    }
  }

  /** Bytes of chunks that indexes have. */
  public synchronized long usedBytes() {
    return used * CHUNK_BYTES;
  }

  private long take() {
    if (freeCount > 0) {
      return free[--freeCount];
    }
    if (fresh == freshEnd) {
      int segment = segments.allocate(SegmentKind.INDEX, SpaceFor.DATA);
      if (segment == 0) {
        return 0;
      }
      fresh = segments.base(segment);
      freshEnd = fresh + segments.segmentBytes();
    }
    long chunk = fresh;
    fresh += CHUNK_BYTES;
    return chunk;
  }

  private void give(long chunk) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = chunk;
  }
}
