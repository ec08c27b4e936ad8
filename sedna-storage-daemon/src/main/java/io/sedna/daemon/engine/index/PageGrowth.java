// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import static io.sedna.daemon.engine.index.BucketLayout.FREQUENCY_MASK;
import static io.sedna.daemon.engine.index.BucketLayout.REFERENCE_MASK;
import static io.sedna.daemon.engine.index.DirectoryLayout.CHUNK_ENTRIES;
import static io.sedna.daemon.engine.index.DirectoryLayout.MAX_CHUNKS;
import static io.sedna.daemon.engine.index.DirectoryLayout.STRIDE;
import static io.sedna.daemon.engine.index.DirectoryLayout.depth;
import static io.sedna.daemon.engine.index.DirectoryLayout.doubled;
import static io.sedna.daemon.engine.index.DirectoryLayout.globalDepth;
import static io.sedna.daemon.engine.index.DirectoryLayout.slot;
import static io.sedna.daemon.engine.index.DirectoryLayout.span;

import io.sedna.daemon.engine.log.SegmentTable;

/**
 * How an index grows: a page by a chunk at a time until it has seven, then two pages take its
 * place. A page that grows is written anew into chunks that nobody reads yet; only the change of
 * the directory is in the way of readers. For writers, under the store's lock.
 */
final class PageGrowth {
  /** Share of a new page's entries that is used, in percent. */
  private static final int FILL_PERCENT = 78;

  /** Directory slots a page, and some: more are not spent on hashes that agree in many bits. */
  private static final int MAX_SLOTS_PER_PAGE = 32;

  /**
   * Hashes agree in many bits also while records come in the order of their hashes, as they do when
   * a replica is filled: the first full pages are deep before there are others. 2 MiB of heap, from
   * which on a store of that many pages would have as much anyway.
   */
  private static final int FREE_SLOTS = 1 << 16;

  private static final int MAX_DEPTH = 30;

  /** What an attempt to grow comes to. */
  enum Growth {
    GROWN,
    /** The hashes agree in too many bits for it to help. */
    NO_USE,
    NO_MEMORY
  }

  private final HashIndex index;
  private final SegmentTable segments;
  private final ChunkPool pool;
  private final int commonBits;
  private final HashIndex.Hashes hashes;
  private final Pages pages;
  private final Occupancy occupancy;

  PageGrowth(
      HashIndex index,
      SegmentTable segments,
      ChunkPool pool,
      int commonBits,
      HashIndex.Hashes hashes,
      Pages pages,
      Occupancy occupancy) {
    this.index = index;
    this.segments = segments;
    this.pool = pool;
    this.commonBits = commonBits;
    this.hashes = hashes;
    this.pages = pages;
    this.occupancy = occupancy;
  }

  /** Makes the first page; false: there is no memory. */
  boolean addPage() {
    long[] chunk = new long[1];
    if (!pool.allocate(chunk)) {
      return false;
    }
    int[] words = new int[STRIDE];
    pages.write(words, 0, STRIDE, chunk, 0);
    index.beginChange();
    index.directory(words);
    index.endChange();
    occupancy.pages = 1;
    occupancy.addChunks(1);
    return true;
  }

  /**
   * Gives a page more chunks, or puts two in its place.
   *
   * @param h a hash of the page
   * @param entries room for those of a page and one more
   */
  Growth grow(int[] words, int page, long h, long[] entries) {
    int chunks = DirectoryLayout.chunks(words[page]);
    int depth = depth(words[page]);
    int count = pages.collect(words, page, entries);
    if (count * 2 < chunks * CHUNK_ENTRIES) {
      return Growth.NO_USE;
    }
    if (chunks < MAX_CHUNKS) {
      long[] fresh = new long[Math.max(chunks + 1, chunksFor(count))];
      if (!pool.allocate(fresh)) {
        return Growth.NO_MEMORY;
      }
      pages.fill(fresh, entries, 0, count, depth, pages.leastExpiry(words, page));
      int start = page & -span(words, page);
      index.beginChange();
      long[] old = pages.chunksOf(words, page);
      pages.write(words, start, span(words, page), fresh, depth);
      index.endChange();
      pool.free(old);
      occupancy.addChunks(fresh.length - old.length);
      return Growth.GROWN;
    }
    int global = globalDepth(words);
    if (depth == global
        && (depth == MAX_DEPTH
            || 2L << global > FREE_SLOTS + (long) MAX_SLOTS_PER_PAGE * occupancy.pages)) {
      return Growth.NO_USE;
    }
    return part(words, page, h, entries, count) ? Growth.GROWN : Growth.NO_MEMORY;
  }

  /** Puts two pages in the place of one. */
  private boolean part(int[] words, int page, long h, long[] entries, int count) {
    int depth = depth(words[page]);
    int lower = partition(entries, count, depth);
    if (BucketLayout.windowStart(depth) != BucketLayout.windowStart(depth + 1)) {
      for (int i = 0; i < count; i++) {
        long hash = hashes.hashOf(segments.address(entries[i] & REFERENCE_MASK)) << commonBits;
        entries[i] =
            entries[i] & (REFERENCE_MASK | FREQUENCY_MASK) | BucketLayout.tag(hash, depth + 1);
      }
    }
    long[] low = new long[chunksFor(lower)];
    long[] high = new long[chunksFor(count - lower)];
    if (!pool.allocate(low)) {
      return false;
    }
    if (!pool.allocate(high)) {
      pool.free(low);
      return false;
    }
    long expiry = pages.leastExpiry(words, page);
    pages.fill(low, entries, 0, lower, depth + 1, expiry);
    pages.fill(high, entries, lower, count, depth + 1, expiry);
    long[] old = pages.chunksOf(words, page);
    int[] changed = span(words, page) == STRIDE ? doubled(words) : words;
    int place = slot(changed, h);
    int span = span(changed, place);
    int start = place & -span;
    index.beginChange();
    pages.write(changed, start, span / 2, low, depth + 1);
    pages.write(changed, start + span / 2, span / 2, high, depth + 1);
    index.directory(changed);
    index.endChange();
    pool.free(old);
    occupancy.pages++;
    occupancy.addChunks(low.length + high.length - old.length);
    return true;
  }

  /** Brings those of the lower half to the front; answers how many they are. */
  private static int partition(long[] entries, int count, int depth) {
    int lower = 0;
    for (int i = 0; i < count; i++) {
      if (!BucketLayout.upper(entries[i], depth)) {
        long entry = entries[i];
        entries[i] = entries[lower];
        entries[lower++] = entry;
      }
    }
    return lower;
  }

  private static int chunksFor(int entries) {
    int perChunk = CHUNK_ENTRIES * FILL_PERCENT / 100;
    return Math.max(1, Math.min(MAX_CHUNKS, (entries + perChunk - 1) / perChunk));
  }

  /** Gives back the chunks of a directory's pages, when nobody finds them there any more. */
  void freeAll(int[] words) {
    for (int page = 0; page < words.length; page += span(words, page)) {
      freeChunks(words, page);
    }
    occupancy.pages = 0;
  }

  private void freeChunks(int[] words, int page) {
    long[] chunks = pages.chunksOf(words, page);
    pool.free(chunks);
    occupancy.addChunks(-chunks.length);
  }
}
