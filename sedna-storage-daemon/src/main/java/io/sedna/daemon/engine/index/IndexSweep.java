// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;
import static io.sedna.daemon.engine.index.BucketLayout.BUCKET_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.ENTRY_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.FIRST_ENTRY;
import static io.sedna.daemon.engine.index.BucketLayout.REFERENCE_MASK;
import static io.sedna.daemon.engine.index.DirectoryLayout.bucket;
import static io.sedna.daemon.engine.index.DirectoryLayout.buckets;
import static io.sedna.daemon.engine.index.DirectoryLayout.depth;
import static io.sedna.daemon.engine.index.DirectoryLayout.slot;

import io.sedna.daemon.engine.log.SegmentTable;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Finds what has ended in an index by what its buckets say of when the first of their entries ends.
 * Under the store's lock, which can be let go of between two calls.
 */
@InterfaceAudience.Private
public final class IndexSweep {
  /** A sweep looks at about so many buckets before it lets others to the store. */
  private static final int SLICE_BUCKETS = 1024;

  /** What a sweep does with a record. */
  public interface Sweeper {
    /**
     * @return when there is something to do again, milliseconds since 1970; 0: never, or the record
     *     is gone
     */
    long sweep(long record, Cursor at);
  }

  /**
   * Where a sweep is: in a bucket of a page, while the structure is the same.
   *
   * @param h a hash of the page
   */
  public record Place(long h, int bucket, int structure, State state) {
    /** What is there. */
    public enum State {
      /** Something has ended. */
      DUE,
      /** Nothing known; there is more to look at. */
      MORE,
      END
    }

    public static final Place START = new Place(0, 0, -1, State.MORE);
    static final Place END = new Place(0, 0, 0, State.END);
  }

  private final HashIndex index;
  private final SegmentTable segments;
  private final ChunkPool pool;
  private final Occupancy occupancy;

  IndexSweep(HashIndex index, SegmentTable segments, ChunkPool pool, Occupancy occupancy) {
    this.index = index;
    this.segments = segments;
    this.pool = pool;
    this.occupancy = occupancy;
  }

  /**
   * Finds the next bucket in which something has ended, or gives up for now. A sweep that begins
   * before anything can have ended is at its end at once.
   *
   * @param from where to look first
   */
  public Place next(Place from, long nowMs) {
    int[] words = index.directory();
    if (words == null || from.state() == Place.State.END) {
      return Place.END;
    }
    long unit = nowMs >>> BucketLayout.EXPIRY_UNIT_SHIFT;
    if (from == Place.START) {
      if (occupancy.earliest > unit) {
        return Place.END;
      }
      occupancy.earliest = BucketLayout.NEVER; // The sweep finds out.
    }
    long h = from.h();
    // Another page by now: from its beginning.
    int firstBucket = from.structure() == index.structure() ? from.bucket() : 0;
    for (int looked = 0; looked < SLICE_BUCKETS; ) {
      int page = slot(words, h);
      int buckets = buckets(words[page]);
      for (int b = firstBucket; b < buckets; b++) {
        long expiry = BucketLayout.expiry(UNSAFE.getLong(bucket(pool, words, page, b)));
        if (expiry <= unit) {
          return new Place(h, b, index.structure(), Place.State.DUE);
        }
        occupancy.ends(expiry);
      }
      looked += buckets;
      long last = h | -1L >>> depth(words[page]);
      if (last == -1L) {
        return Place.END;
      }
      h = last + 1;
      firstBucket = 0;
    }
    return new Place(h, 0, index.structure(), Place.State.MORE);
  }

  /** Sweeps the records of a bucket that {@link #next} found; both under one hold of the lock. */
  public Place sweep(Place place, Sweeper sweeper, Cursor at) {
    int[] words = index.directory();
    long bucket = bucket(pool, words, slot(words, place.h()), place.bucket());
    long least = BucketLayout.NEVER;
    for (int i = FIRST_ENTRY; i < BUCKET_BYTES; i += ENTRY_BYTES) {
      long entry = UNSAFE.getLong(bucket + i);
      if (entry != 0) {
        at.structure = index.structure();
        at.bucket = bucket;
        at.entryAddress = bucket + i;
        at.entry = entry;
        long again = sweeper.sweep(segments.address(entry & REFERENCE_MASK), at);
        least = Math.min(least, BucketLayout.expiryUnit(again));
        if (index.directory() == null) {
          return Place.END; // That was the last record of the store.
        }
      }
    }
    UNSAFE.putLong(bucket, BucketLayout.withExpiry(UNSAFE.getLong(bucket), least));
    occupancy.ends(least);
    return new Place(place.h(), place.bucket() + 1, index.structure(), Place.State.MORE);
  }

  /** A sweep was given up: the next one has to look everywhere. */
  public void lookEverywhere() {
    occupancy.earliest = 0;
  }
}
