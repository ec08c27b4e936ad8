// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;

import org.apache.hadoop.classification.InterfaceAudience;

/** Copies bytes into or out of a chain of segments, piece by piece. One thread's. */
@InterfaceAudience.Private
public final class ChainCopy {
  private final SegmentTable segments;
  private int segment;
  private int offset;

  /**
   * @param offset where to begin in the first segment
   */
  public ChainCopy(SegmentTable segments, int first, int offset) {
    this.segments = segments;
    this.segment = first;
    this.offset = offset;
  }

  void in(Object base, long at, int length) {
    int done = 0;
    while (done < length) {
      int piece = piece(length - done);
      UNSAFE.copyMemory(base, at + done, null, segments.base(segment) + offset, piece);
      offset += piece;
      done += piece;
    }
  }

  /**
   * Copies out what may be freed meanwhile.
   *
   * @return false: it was
   */
  public boolean out(Object base, long at, int length) {
    int done = 0;
    while (done < length) {
      int piece = piece(length - done);
      if (segment <= 0 || segment > segments.count()) {
        return false;
      }
      UNSAFE.copyMemory(null, segments.base(segment) + offset, base, at + done, piece);
      offset += piece;
      done += piece;
    }
    return true;
  }

  private int piece(int wanted) {
    if (offset == segments.segmentBytes()) {
      segment = segments.next(segment);
      offset = 0;
    }
    return Math.min(wanted, segments.segmentBytes() - offset);
  }
}
