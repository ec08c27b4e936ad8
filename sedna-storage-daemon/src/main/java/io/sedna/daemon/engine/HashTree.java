// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.Arrays;

/**
 * Digests of what one store holds, by which replicas find where they differ without sending their
 * records: the leaves of a hash tree (Merkle, 1987) over the partition's range of hashes, in equal
 * parts. A leaf is the sum of the digests of all versions that are held in its part ({@link
 * #digest}), so a change of a record is one subtraction and one addition, whatever the order of the
 * changes, and an inner node is the sum of what is below it. Inner nodes are not kept.
 *
 * <p>A store keeps no tree until somebody asks for digests, and then builds it in slices while it
 * is written to: the tree covers the hashes below a mark that moves on, and a change of a record
 * above the mark is left to the slice that comes by. So an instance with single copies pays nothing
 * for it but a look at a field. Caches forget what they like, each replica for itself: nobody asks
 * for their digests.
 *
 * <p>Memory: half a byte a record at the most, and 128 bytes for a store of few records. All
 * methods are called under the store's lock.
 */
final class HashTree {
  /** Records under a leaf, when the tree is made. */
  private static final int RECORDS_PER_LEAF = 32;

  /** A tree is made anew once a leaf has so many times as many records. */
  private static final int OUTGROWN = 4;

  private static final int LEAST_DEPTH = 4;
  private static final int MOST_DEPTH = PartitionStore.MOST_DIGEST_DEPTH;

  private static final long MIX_1 = 0x9E3779B97F4A7C15L;
  private static final long MIX_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long MIX_3 = 0x165667B19E3779F9L;
  private static final long MIX_4 = 0xBF58476D1CE4E5B9L;
  private static final long MIX_5 = 0x94D049BB133111EBL;

  private final int commonBits;
  private final int depth;
  private final long[] leaves;

  /** First place that is not covered; 0: none is, or all are. */
  private long mark;

  private boolean complete;

  /**
   * A tree that covers nothing yet.
   *
   * @param commonBits first bits of the hashes, those that choose the partition
   * @param records about so many will be under it
   */
  HashTree(int commonBits, long records) {
    this.commonBits = commonBits;
    this.depth = depthFor(records);
    this.leaves = new long[1 << depth];
  }

  private static int depthFor(long records) {
    long wanted = records / RECORDS_PER_LEAF;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, wanted - 1));
    return Math.max(LEAST_DEPTH, Math.min(MOST_DEPTH, bits));
  }

  /**
   * What a version adds to its leaf. The expiry is in it: a touch that a replica missed is a
   * difference, and the merge that mends it lets the longer life win. What a sweep makes of an
   * expired value has the digest of the value, so that it does not matter who sweeps first. The
   * bytes of the value are not in it: they follow from the version.
   */
  static long digest(long hash, long timestamp, int source, long expiresAtMs, boolean tombstone) {
    long h = (hash ^ timestamp * MIX_1) + expiresAtMs * MIX_2;
    h ^= ((long) source << 1 | (tombstone ? 1 : 0)) * MIX_3;
    h = (h ^ h >>> 32) * MIX_4;
    h = (h ^ h >>> 29) * MIX_5;
    return h ^ h >>> 32;
  }

  private long place(long hash) {
    return hash << commonBits;
  }

  /** Whether changes of records of this hash are to be told. */
  boolean covers(long hash) {
    return complete || Long.compareUnsigned(place(hash), mark) < 0;
  }

  /** Adds to the leaf of a hash that is covered. */
  void add(long hash, long difference) {
    leaves[(int) (place(hash) >>> (Long.SIZE - depth))] += difference;
  }

  /** Adds what the slice that goes on behind the mark finds. */
  void count(long hash, long digest) {
    if (!covers(hash)) {
      add(hash, digest);
    }
  }

  /**
   * Moves the mark: everything up to here has been counted.
   *
   * @param last hash
   */
  void counted(long last) {
    mark = place(last) + (1L << commonBits);
    complete = mark == 0;
  }

  /** First hash that is not covered, of a tree that is not complete. */
  long next(long firstHash) {
    return firstHash | mark >>> commonBits;
  }

  boolean complete() {
    return complete;
  }

  /** Whether it is too coarse for so many records. */
  boolean outgrown(long records) {
    return depth < MOST_DEPTH && records / RECORDS_PER_LEAF > (long) OUTGROWN << depth;
  }

  /** Digests of 2^n equal parts in order, where n is its depth, or less where less is asked for. */
  long[] digests(int mostDepth) {
    int wanted = Math.max(0, Math.min(mostDepth, depth));
    if (wanted == depth) {
      return leaves.clone();
    }
    long[] sums = new long[1 << wanted];
    int width = leaves.length >> wanted;
    for (int i = 0; i < leaves.length; i++) {
      sums[i / width] += leaves[i];
    }
    return sums;
  }

  long bytes() {
    return (long) leaves.length * Long.BYTES;
  }

  @Override
  public String toString() {
    return "HashTree{depth=" + depth + ", root=" + Arrays.stream(leaves).sum() + "}";
  }
}
