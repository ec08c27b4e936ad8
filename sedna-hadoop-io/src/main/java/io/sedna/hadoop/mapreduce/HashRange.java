// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import java.math.BigInteger;

/** Hashes from {@code first} to {@code last}, both inclusive and unsigned. */
record HashRange(long first, long last) {
  private static final double TWO_TO_64 = 0x1p64;

  HashRange {
    if (Long.compareUnsigned(first, last) > 0) {
      throw new IllegalArgumentException(
          "empty range of hashes: "
              + Long.toUnsignedString(first)
              + " to "
              + Long.toUnsignedString(last));
    }
  }

  /** Number of hashes as a part of all 2^64. */
  double share() {
    return (unsigned(last - first) + 1) / TWO_TO_64;
  }

  /** Part of the range that lies before a hash, 0 to 1. */
  double fractionBefore(long hash) {
    if (Long.compareUnsigned(hash, first) <= 0) {
      return 0;
    }
    if (Long.compareUnsigned(hash, last) > 0) {
      return 1;
    }
    return unsigned(hash - first) / (unsigned(last - first) + 1);
  }

  /** Number of hashes, exactly. */
  BigInteger width() {
    return new BigInteger(Long.toUnsignedString(last - first)).add(BigInteger.ONE);
  }

  /** Whether the other range begins right behind this one. */
  boolean isFollowedBy(HashRange other) {
    return last != -1L && last + 1 == other.first;
  }

  private static double unsigned(long value) {
    double signed = (double) value;
    return value >= 0 ? signed : signed + TWO_TO_64;
  }
}
