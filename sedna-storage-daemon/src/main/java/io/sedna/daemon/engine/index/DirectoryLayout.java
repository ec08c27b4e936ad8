// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

/**
 * How the directory of an index lies in an array: eight words for each value that the first bits of
 * a hash can have, as many bits as the directory is deep. A page of less depth has its words
 * several times, side by side.
 *
 * <pre>
 *   0   depth 28 bits | chunks 4     how many first bits its hashes share, how many chunks it has
 *   1   seven numbers of chunks      those beyond what the page has are of one that it has
 * </pre>
 *
 * <p>"h" is a hash without the bits that all of a store have in common, at the top.
 */
final class DirectoryLayout {
  /** Words of the directory for a page: one of its own, and the numbers of its chunks. */
  static final int STRIDE = 8;

  private static final int STRIDE_SHIFT = 3;
  static final int MAX_CHUNKS = STRIDE - 1;
  static final int CHUNK_ENTRIES = ChunkPool.BUCKETS * BucketLayout.ENTRIES;

  /** Most entries of a page. */
  static final int PAGE_ENTRIES = MAX_CHUNKS * CHUNK_ENTRIES;

  private static final int CHUNKS_MASK = 0xF;
  private static final int DEPTH_SHIFT = 4;

  private DirectoryLayout() {}

  /** The first word of a page. */
  static int first(int depth, int chunks) {
    return depth << DEPTH_SHIFT | chunks;
  }

  /** How many first bits the hashes of a page have in common. */
  static int depth(int first) {
    return first >>> DEPTH_SHIFT;
  }

  static int chunks(int first) {
    return first & CHUNKS_MASK;
  }

  static int buckets(int first) {
    return chunks(first) << ChunkPool.BUCKETS_SHIFT;
  }

  /** How many first bits of a hash choose its page's words. */
  static int globalDepth(int[] words) {
    return Integer.numberOfLeadingZeros(STRIDE) - Integer.numberOfLeadingZeros(words.length);
  }

  /** Where the words of a hash's page are. */
  static int slot(int[] words, long h) {
    return (int) (h >>> 1 >>> (Long.SIZE - 1 - globalDepth(words))) << STRIDE_SHIFT;
  }

  /** Words from the first of a page on that are the same page's. */
  static int span(int[] words, int page) {
    return STRIDE << (globalDepth(words) - depth(words[page]));
  }

  /** The bucket of its page that a hash belongs into. */
  static int home(int first, long h) {
    int depth = depth(first);
    return BucketLayout.home(h << BucketLayout.windowStart(depth), depth, buckets(first));
  }

  /** Address of a bucket of a page. */
  static long bucket(ChunkPool pool, int[] words, int page, int b) {
    return pool.address(words[page + 1 + (b >>> ChunkPool.BUCKETS_SHIFT)])
        + ((b & (ChunkPool.BUCKETS - 1)) << BucketLayout.BUCKET_SHIFT);
  }

  /** A copy for one more bit, of the same pages. */
  static int[] doubled(int[] words) {
    int[] changed = new int[words.length * 2];
    for (int page = 0; page < words.length; page += STRIDE) {
      System.arraycopy(words, page, changed, page * 2, STRIDE);
      System.arraycopy(words, page, changed, page * 2 + STRIDE, STRIDE);
    }
    return changed;
  }
}
