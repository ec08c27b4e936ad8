// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.repair;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Ranges of hashes of one partition: first and last hash of each, unsigned, ascending, with
 * something between. Immutable.
 */
@InterfaceAudience.Private
public final class HashRanges {
  private final long[] bounds;

  private HashRanges(long[] bounds) {
    this.bounds = bounds;
  }

  /**
   * Parts of a partition; those that follow each other make one range.
   *
   * @param parts ascending numbers of 2^depth parts
   * @param firstHash of the partition
   */
  public static HashRanges of(long[] parts, int depth, long firstHash, int partitionBits) {
    var bounds = new long[2 * parts.length];
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      if (i == 0 || parts[i] != parts[i - 1] + 1) {
        bounds[count++] = firstHash | start(parts[i], depth) >>> partitionBits;
        count++;
      }
      // Of the last part this is one below the first place of all.
      bounds[count - 1] = firstHash | start(parts[i] + 1, depth) - 1 >>> partitionBits;
    }
    return new HashRanges(Arrays.copyOf(bounds, count));
  }

  private static long start(long part, int depth) {
    return depth == 0 ? 0 : part << (Long.SIZE - depth);
  }

  /**
   * What another replica sent.
   *
   * @throws SednaException PROTOCOL_ERROR unless they are ascending and inside the partition
   */
  public static HashRanges of(List<Long> bounds, long firstHash, long lastHash) {
    long before = firstHash;
    for (int i = 0; i < bounds.size(); i++) {
      long bound = bounds.get(i);
      if (bounds.size() % 2 != 0
          || Long.compareUnsigned(bound, before) < 0
          || Long.compareUnsigned(bound, lastHash) > 0) {
        throw new SednaException(
            ErrorCode.PROTOCOL_ERROR,
            "what a replica sent for repair are no ranges of hashes: bounds="
                + bounds.size()
                + ", at "
                + i
                + ": hash="
                + Long.toHexString(bound)
                + ", partition from "
                + Long.toHexString(firstHash)
                + " to "
                + Long.toHexString(lastHash));
      }
      before = bound;
    }
    return new HashRanges(bounds.stream().mapToLong(Long::longValue).toArray());
  }

  public int count() {
    return bounds.length / 2;
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  public long first(int range) {
    return bounds[2 * range];
  }

  public long last(int range) {
    return bounds[2 * range + 1];
  }

  /** All but the first. */
  public HashRanges rest() {
    return new HashRanges(Arrays.copyOfRange(bounds, 2, bounds.length));
  }

  /** What is at a hash and later. */
  public HashRanges from(long hash) {
    int skipped = 0;
    while (skipped < count() && Long.compareUnsigned(last(skipped), hash) < 0) {
      skipped++;
    }
    long[] left = Arrays.copyOfRange(bounds, 2 * skipped, bounds.length);
    if (left.length > 0 && Long.compareUnsigned(left[0], hash) < 0) {
      left[0] = hash;
    }
    return new HashRanges(left);
  }

  /** What is below a hash. */
  public HashRanges below(long hash) {
    int kept = 0;
    while (kept < count() && Long.compareUnsigned(first(kept), hash) < 0) {
      kept++;
    }
    long[] left = Arrays.copyOf(bounds, 2 * kept);
    if (kept > 0 && Long.compareUnsigned(left[left.length - 1], hash) >= 0) {
      left[left.length - 1] = hash - 1;
    }
    return new HashRanges(left);
  }

  /** The first so many of them. */
  public HashRanges limit(int most) {
    return count() <= most ? this : new HashRanges(Arrays.copyOf(bounds, 2 * most));
  }

  /** Those that have one of the places in them. */
  public HashRanges holding(long[] places, int partitionBits) {
    var kept = new long[bounds.length];
    int count = 0;
    int at = 0;
    for (int i = 0; i < count(); i++) {
      long first = Head.place(first(i), partitionBits);
      long last = Head.place(last(i), partitionBits);
      while (at < places.length && places[at] < first) {
        at++;
      }
      if (at < places.length && places[at] <= last) {
        kept[count++] = first(i);
        kept[count++] = last(i);
      }
    }
    return new HashRanges(Arrays.copyOf(kept, count));
  }

  /** For the wire. */
  public List<Long> toList() {
    var list = new ArrayList<Long>(bounds.length);
    for (long bound : bounds) {
      list.add(bound);
    }
    return list;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HashRanges that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    return "HashRanges{count=" + count() + "}";
  }
}
