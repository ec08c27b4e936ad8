// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;
import static io.sedna.daemon.engine.index.BucketLayout.BUCKET_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.ENTRY_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.FIRST_ENTRY;
import static io.sedna.daemon.engine.index.BucketLayout.OVERFLOW;
import static io.sedna.daemon.engine.index.BucketLayout.REFERENCE_MASK;
import static io.sedna.daemon.engine.index.BucketLayout.TAG_SHIFT;
import static io.sedna.daemon.engine.index.DirectoryLayout.PAGE_ENTRIES;
import static io.sedna.daemon.engine.index.DirectoryLayout.bucket;
import static io.sedna.daemon.engine.index.DirectoryLayout.buckets;
import static io.sedna.daemon.engine.index.DirectoryLayout.depth;
import static io.sedna.daemon.engine.index.DirectoryLayout.home;
import static io.sedna.daemon.engine.index.DirectoryLayout.slot;
import static io.sedna.daemon.engine.index.DirectoryLayout.span;

import io.sedna.daemon.engine.log.SegmentTable;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Goes through an index by its pages, and through the records of one hash. Takes no lock; if a
 * writer was in the way it says so.
 */
@InterfaceAudience.Private
public final class IndexWalk {
  /** What {@link #forEach} and others call. */
  public interface Visitor {
    void visit(long record);
  }

  /**
   * Some of a page's hashes.
   *
   * @param hashes the first {@code count} are meant
   * @param last last hash that is the page's
   */
  public record PageHashes(long[] hashes, int count, long last) {}

  /** Records that are brought near together. */
  private static final int AHEAD = 32;

  /** What was read: it is kept because only what is kept is read. */
  @SuppressWarnings("unused")
  private long seen;

  private final HashIndex index;
  private final SegmentTable segments;
  private final ChunkPool pool;
  private final int commonBits;
  private final HashIndex.Hashes hashes;
  private final Pages pages;

  IndexWalk(
      HashIndex index,
      SegmentTable segments,
      ChunkPool pool,
      int commonBits,
      HashIndex.Hashes hashes,
      Pages pages) {
    this.index = index;
    this.segments = segments;
    this.pool = pool;
    this.commonBits = commonBits;
    this.hashes = hashes;
    this.pages = pages;
  }

  /**
   * Hashes of the records of a page, in no order, those of equal hash several times.
   *
   * @param from a hash of the page
   * @return null: a writer was in the way
   */
  public PageHashes hashesOfPage(long from) {
    int seen = index.structure();
    int[] words = index.directory();
    if ((seen & 1) != 0) {
      return null;
    }
    if (words == null) {
      return index.structure() == seen ? new PageHashes(new long[0], 0, lastHash(from, 0)) : null;
    }
    int page = slot(words, from << commonBits);
    int first = words[page];
    int buckets = buckets(first);
    long[] found = new long[buckets * BucketLayout.ENTRIES];
    int count = 0;
    for (int b = 0; b < buckets; b++) {
      long bucket = bucket(pool, words, page, b);
      long header = UNSAFE.getLongVolatile(null, bucket);
      for (int i = FIRST_ENTRY; i < BUCKET_BYTES; i += ENTRY_BYTES) {
        long entry = UNSAFE.getLong(bucket + i);
        if (entry != 0) {
          if (!segments.inside(entry & REFERENCE_MASK)) {
            return null;
          }
          found[count++] = hashes.hashOf(segments.address(entry & REFERENCE_MASK));
        }
      }
      UNSAFE.loadFence();
      if (BucketLayout.version(UNSAFE.getLong(bucket)) != BucketLayout.version(header)) {
        return null;
      }
    }
    return index.structure() == seen
        ? new PageHashes(found, count, lastHash(from, depth(first)))
        : null;
  }

  /**
   * Addresses of the records of a page. Whatever is read at them means something only if the page
   * is {@link #valid} after.
   *
   * @param from a hash of the page
   * @return false: a writer was in the way
   */
  public boolean recordsOfPage(long from, PageCursor page) {
    int seen = index.structure();
    int[] words = index.directory();
    if ((seen & 1) != 0) {
      return false;
    }
    int slot = words == null ? 0 : slot(words, from << commonBits);
    int first = words == null ? 0 : words[slot];
    int buckets = words == null ? 0 : buckets(first);
    int count = 0;
    for (int b = 0; b < buckets; b++) {
      long bucket = bucket(pool, words, slot, b);
      page.buckets[b] = bucket;
      page.versions[b] = BucketLayout.version(UNSAFE.getLongVolatile(null, bucket));
      for (int i = FIRST_ENTRY; i < BUCKET_BYTES; i += ENTRY_BYTES) {
        long entry = UNSAFE.getLong(bucket + i);
        if (entry != 0) {
          if (!segments.inside(entry & REFERENCE_MASK)) {
            return false;
          }
          page.records[count++] = segments.address(entry & REFERENCE_MASK);
        }
      }
    }
    page.structure = seen;
    page.bucketCount = buckets;
    page.count = count;
    page.last = lastHash(from, depth(first));
    page.first = firstHash(from, depth(first));
    return valid(page);
  }

  /** Whether the records of the page have been its records since they were asked for. */
  public boolean valid(PageCursor page) {
    UNSAFE.loadFence();
    for (int b = 0; b < page.bucketCount; b++) {
      if (BucketLayout.version(UNSAFE.getLong(page.buckets[b])) != page.versions[b]) {
        return false;
      }
    }
    return index.structure() == page.structure;
  }

  private long firstHash(long hash, int depth) {
    long common = commonBits == 0 ? 0 : hash & -1L << (Long.SIZE - commonBits);
    long own = depth == 0 ? 0 : hash << commonBits & -1L << (Long.SIZE - depth);
    return common | own >>> commonBits;
  }

  private long lastHash(long hash, int depth) {
    long common = commonBits == 0 ? 0 : hash & -1L << (Long.SIZE - commonBits);
    return common | (hash << commonBits | -1L >>> depth) >>> commonBits;
  }

  /**
   * Calls with the records that may have a hash; others among them, and garbage.
   *
   * @return false: a writer was in the way, and what was visited means nothing
   */
  public boolean candidates(long hash, Visitor visitor) {
    int seen = index.structure();
    int[] words = index.directory();
    if ((seen & 1) != 0) {
      return false;
    }
    if (words == null) {
      return true;
    }
    long h = hash << commonBits;
    int page = slot(words, h);
    int first = words[page];
    int buckets = buckets(first);
    long tag = BucketLayout.tag(h, depth(first));
    int b = home(first, h);
    for (int tried = 0; tried < buckets; tried++) {
      long bucket = bucket(pool, words, page, b);
      long header = UNSAFE.getLongVolatile(null, bucket);
      for (int i = FIRST_ENTRY; i < BUCKET_BYTES; i += ENTRY_BYTES) {
        long entry = UNSAFE.getLong(bucket + i);
        if ((entry ^ tag) >>> TAG_SHIFT == 0 && entry != 0) {
          if (!segments.inside(entry & REFERENCE_MASK)) {
            return false;
          }
          visitor.visit(segments.address(entry & REFERENCE_MASK));
        }
      }
      UNSAFE.loadFence();
      if (BucketLayout.version(UNSAFE.getLong(bucket)) != BucketLayout.version(header)) {
        return false;
      }
      if ((header & OVERFLOW) == 0) {
        break;
      }
      b = b + 1 == buckets ? 0 : b + 1;
    }
    return index.structure() == seen;
  }

  /**
   * Calls with the address of each record of a page; for writers, under the store's lock.
   *
   * @param from a hash of the page
   * @return last hash that is the page's
   */
  public long forEachOfPage(long from, Visitor visitor) {
    int[] words = index.directory();
    if (words == null) {
      return lastHash(from, 0);
    }
    long[] entries = new long[PAGE_ENTRIES + 1];
    int page = slot(words, from << commonBits);
    int count = pages.collect(words, page, entries);
    for (int i = 0; i < count; i++) {
      if (i % AHEAD == 0) {
        fetch(entries, i, Math.min(count, i + AHEAD));
      }
      visitor.visit(segments.address(entries[i] & REFERENCE_MASK));
    }
    return lastHash(from, depth(words[page]));
  }

  /** Brings the heads of records near, all at once. */
  private void fetch(long[] entries, int begin, int end) {
    long sum = 0;
    for (int i = begin; i < end; i++) {
      sum += UNSAFE.getLong(segments.address(entries[i] & REFERENCE_MASK));
    }
    seen = sum;
  }

  /** Calls with each record's address; for writers, under the store's lock. */
  public void forEach(Visitor visitor) {
    int[] words = index.directory();
    if (words == null) {
      return;
    }
    long[] entries = new long[PAGE_ENTRIES + 1];
    for (int page = 0; page < words.length; page += span(words, page)) {
      int count = pages.collect(words, page, entries);
      for (int i = 0; i < count; i++) {
        visitor.visit(segments.address(entries[i] & REFERENCE_MASK));
      }
    }
  }
}
