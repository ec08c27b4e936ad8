// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;
import static io.sedna.daemon.engine.index.BucketLayout.BUCKET_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.ENTRY_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.FIRST_ENTRY;
import static io.sedna.daemon.engine.index.BucketLayout.OVERFLOW;
import static io.sedna.daemon.engine.index.DirectoryLayout.MAX_CHUNKS;
import static io.sedna.daemon.engine.index.DirectoryLayout.STRIDE;
import static io.sedna.daemon.engine.index.DirectoryLayout.bucket;
import static io.sedna.daemon.engine.index.DirectoryLayout.buckets;

/** What is in the pages of an index, bucket by bucket. For writers, under the store's lock. */
final class Pages {
  private final ChunkPool pool;

  Pages(ChunkPool pool) {
    this.pool = pool;
  }

  /**
   * Finds a free entry in some buckets of a page, and marks those that it did not find it in.
   *
   * @param home the bucket to begin with
   * @param window how many buckets to look at
   * @param at is set to it
   */
  boolean free(int[] words, int page, int home, int buckets, int window, Cursor at) {
    int b = home;
    for (int i = 0; i < window; i++) {
      long bucket = bucket(pool, words, page, b);
      long entry = BucketLayout.freeEntry(bucket);
      if (entry != 0) {
        at.bucket = bucket;
        at.entryAddress = entry;
        overflow(words, page, home, buckets, i);
        return true;
      }
      b = b + 1 == buckets ? 0 : b + 1;
    }
    return false;
  }

  private void overflow(int[] words, int page, int home, int buckets, int count) {
    int b = home;
    for (int i = 0; i < count; i++) {
      long bucket = bucket(pool, words, page, b);
      UNSAFE.putLong(bucket, UNSAFE.getLong(bucket) | OVERFLOW);
      b = b + 1 == buckets ? 0 : b + 1;
    }
  }

  /** Copies the entries of a page, in no order; answers how many. There is room for one more. */
  int collect(int[] words, int page, long[] entries) {
    int buckets = buckets(words[page]);
    int count = 0;
    for (int b = 0; b < buckets; b++) {
      long bucket = bucket(pool, words, page, b);
      for (int i = FIRST_ENTRY; i < BUCKET_BYTES; i += ENTRY_BYTES) {
        long entry = UNSAFE.getLong(bucket + i);
        entries[count] = entry;
        count += entry == 0 ? 0 : 1;
      }
    }
    return count;
  }

  /** When the first of a page ends. */
  long leastExpiry(int[] words, int page) {
    int buckets = buckets(words[page]);
    long least = BucketLayout.NEVER;
    for (int b = 0; b < buckets; b++) {
      least = Math.min(least, BucketLayout.expiry(UNSAFE.getLong(bucket(pool, words, page, b))));
    }
    return least;
  }

  /**
   * Writes a page into the directory. Its first word goes last: who reads it finds the others. What
   * the page does not use leads somewhere, too.
   */
  void write(int[] words, int start, int length, long[] chunks, int depth) {
    for (int at = start; at < start + length; at += STRIDE) {
      for (int i = 0; i < MAX_CHUNKS; i++) {
        words[at + 1 + i] = pool.number(chunks[Math.min(i, chunks.length - 1)]);
      }
      UNSAFE.storeFence();
      words[at] = DirectoryLayout.first(depth, chunks.length);
    }
  }

  /** Addresses of the chunks of a page. */
  long[] chunksOf(int[] words, int page) {
    long[] chunks = new long[DirectoryLayout.chunks(words[page])];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = pool.address(words[page + 1 + i]);
    }
    return chunks;
  }

  /**
   * Makes empty chunks a page of some entries, which is not in the directory yet.
   *
   * @param expiry when the first of them ends
   */
  void fill(long[] chunks, long[] entries, int from, int to, int depth, long expiry) {
    int[] words = new int[STRIDE];
    write(words, 0, STRIDE, chunks, depth);
    int buckets = chunks.length << ChunkPool.BUCKETS_SHIFT;
    var at = new Cursor();
    for (int i = from; i < to; i++) {
      int home = BucketLayout.home(entries[i], depth, buckets);
      if (!free(words, 0, home, buckets, buckets, at)) {
        throw new IllegalStateException("page too small: entries=" + (to - from));
      }
      UNSAFE.putLong(at.entryAddress, entries[i]);
    }
    for (int b = 0; b < buckets; b++) {
      long bucket = bucket(pool, words, 0, b);
      UNSAFE.putLong(bucket, BucketLayout.withExpiry(UNSAFE.getLong(bucket), expiry));
    }
  }
}
