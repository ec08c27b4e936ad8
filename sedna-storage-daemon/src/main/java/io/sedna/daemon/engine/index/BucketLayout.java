// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;

/**
 * How a bucket lies in memory: one cache line. A bucket begins at a multiple of 64 bytes.
 *
 * <pre>
 *   0   overflow 1 bit | unused 3 | earliest expiry 28 | version 32        8 bytes
 *   8   seven entries: tag 21 bits | frequency 3 | reference 40            8 bytes each
 * </pre>
 *
 * <p>The version counts changes of the bucket's entries; a reader that finds it the same after it
 * has copied a record knows that the record was in place all the time. Overflow: an entry that
 * belongs into this bucket, or into one before it, may be in the next. An entry of 0 is empty.
 *
 * <p>The tag is bits of the hash, from the bit on that {@link #windowStart} gives by the page's
 * depth: so pages grow and part without a look at their records, but for one time in eight.
 */
final class BucketLayout {
  static final int BUCKET_BYTES = 64;
  static final int BUCKET_SHIFT = 6;
  static final int FIRST_ENTRY = 8;
  static final int ENTRY_BYTES = 8;
  static final int ENTRIES = 7;

  static final int TAG_SHIFT = 43;
  static final long REFERENCE_MASK = (1L << 40) - 1;
  static final int FREQUENCY_SHIFT = 40;
  static final int MAX_FREQUENCY = 7;
  static final long FREQUENCY_MASK = (long) MAX_FREQUENCY << FREQUENCY_SHIFT;
  static final long FREQUENCY_ONE = 1L << FREQUENCY_SHIFT;

  private static final int HOME_BITS = 14;
  private static final int WINDOW_STEP = 8;

  static final long OVERFLOW = 1L << 63;
  private static final int EXPIRY_SHIFT = 32;
  private static final long EXPIRY_MASK = 0xFFF_FFFFL << EXPIRY_SHIFT;
  private static final long VERSION_MASK = 0xFFFF_FFFFL;

  /** Of a bucket that holds nothing that ends. */
  static final long NEVER = 0xFFF_FFFFL;

  /** Ends are counted in units of 2^13 ms, about 8 s, from 1970 on: that is 70 years. */
  static final int EXPIRY_UNIT_SHIFT = 13;

  private BucketLayout() {}

  // -- Hashes. "h" is the hash without the bits that all of a store have in common, at the top.

  /** First bit of the hash that is in the tags of a page whose records share so many bits. */
  static int windowStart(int depth) {
    return depth & -WINDOW_STEP;
  }

  /** The tag of a hash, still at the top of the number. */
  static long tag(long h, int depth) {
    return h << windowStart(depth) >>> TAG_SHIFT << TAG_SHIFT;
  }

  /** The bucket that a hash or an entry belongs into; of an entry only its tag counts. */
  static int home(long fromWindow, int depth, int buckets) {
    long bits = fromWindow << (depth - windowStart(depth)) >>> (Long.SIZE - HOME_BITS);
    return (int) (bits * buckets >>> HOME_BITS);
  }

  /** Whether an entry of a page of this depth goes to the upper half when the page parts. */
  static boolean upper(long entry, int depth) {
    return entry << (depth - windowStart(depth)) < 0;
  }

  // -- Headers.

  static long expiryUnit(long expiresAtMs) {
    return expiresAtMs == 0
        ? NEVER
        : Math.min(NEVER - 1, Math.max(0, expiresAtMs) >>> EXPIRY_UNIT_SHIFT);
  }

  static long expiry(long header) {
    return (header & EXPIRY_MASK) >>> EXPIRY_SHIFT;
  }

  static long withExpiry(long header, long unit) {
    return header & ~EXPIRY_MASK | unit << EXPIRY_SHIFT;
  }

  static long nextVersion(long header) {
    return header & ~VERSION_MASK | (header + 1) & VERSION_MASK;
  }

  static int version(long header) {
    return (int) header;
  }

  /** An empty bucket, of another version than what was here. */
  static void clear(long bucket) {
    long header = withExpiry(nextVersion(UNSAFE.getLong(bucket)), NEVER) & ~OVERFLOW;
    UNSAFE.putLong(bucket, header);
    UNSAFE.setMemory(bucket + FIRST_ENTRY, (long) ENTRIES * ENTRY_BYTES, (byte) 0);
  }

  /**
   * Which entries have a tag, one bit each. Without branches: which entry it is cannot be foretold,
   * and a processor that does not guess goes on to fetch the record meanwhile.
   */
  static int matches(long bucket, long tag) {
    return match(bucket, 1, tag)
        | match(bucket, 2, tag)
        | match(bucket, 3, tag)
        | match(bucket, 4, tag)
        | match(bucket, 5, tag)
        | match(bucket, 6, tag)
        | match(bucket, 7, tag);
  }

  private static int match(long bucket, int place, long tag) {
    long difference = (UNSAFE.getLong(bucket + (long) place * ENTRY_BYTES) ^ tag) >>> TAG_SHIFT;
    return (int) ((difference - 1) >>> (Long.SIZE - 1)) << place;
  }

  /** Where the first of some {@link #matches} is in the bucket. */
  static int entryOffset(int matches) {
    return Integer.numberOfTrailingZeros(matches) * ENTRY_BYTES;
  }

  /** Address of a free entry, or 0. */
  static long freeEntry(long bucket) {
    for (int at = FIRST_ENTRY; at < BUCKET_BYTES; at += ENTRY_BYTES) {
      if (UNSAFE.getLong(bucket + at) == 0) {
        return bucket + at;
      }
    }
    return 0;
  }
}
