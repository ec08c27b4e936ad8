// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;
import static io.sedna.daemon.engine.index.BucketLayout.BUCKET_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.ENTRY_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.FIRST_ENTRY;
import static io.sedna.daemon.engine.index.BucketLayout.FREQUENCY_ONE;
import static io.sedna.daemon.engine.index.BucketLayout.OVERFLOW;
import static io.sedna.daemon.engine.index.BucketLayout.REFERENCE_MASK;
import static io.sedna.daemon.engine.index.DirectoryLayout.bucket;
import static io.sedna.daemon.engine.index.DirectoryLayout.buckets;
import static io.sedna.daemon.engine.index.DirectoryLayout.depth;
import static io.sedna.daemon.engine.index.DirectoryLayout.home;
import static io.sedna.daemon.engine.index.DirectoryLayout.slot;

import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.SegmentTable;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Where the records of one store are, by the hashes of their keys, in order of those hashes.
 *
 * <p>Extendible hashing (Fagin et al., 1979): the first bits of a hash choose a page in the
 * directory. A page is one to seven chunks of eight buckets; it grows by a chunk at a time, so that
 * it is always well filled, and a page of seven that is full parts in two. The bits after the
 * page's choose the bucket in it; what has no room there goes into one of the next. Nothing but a
 * page is ever copied at once, and nothing but the directory, eight numbers for a page, doubles.
 *
 * <p>Readers take no lock. They look at {@code structure} first and last: it is odd while pages are
 * replaced and has another value after. Between, an entry leads to the same record as long as its
 * bucket's version is the same: a reader copies what it wants, then looks whether both still are,
 * and begins again if not. Whatever it reads meanwhile may be garbage, which is why every reference
 * is checked to be inside the memory. Writers hold the store's lock.
 *
 * <p>Growing is the matter of {@link PageGrowth}; what goes through many entries is in {@link
 * IndexWalk} and {@link IndexSweep}.
 */
@InterfaceAudience.Private
public final class HashIndex {
  /** What {@link #locate} answers if a writer was in the way. */
  public static final long RETRY = -1;

  /**
   * An entry is at most so many buckets from where it belongs, while hashes are what they should
   * be.
   */
  private static final int WINDOW = 6;

  /** Computes the hash of a record's key again; the record may be garbage. */
  public interface Hashes {
    long hashOf(long record);
  }

  private final SegmentTable segments;
  private final ChunkPool pool;
  private final int commonBits;

  private volatile int structure;
  private volatile int[] directory; // null: empty. Its words change only while structure is odd.

  private final Pages pages;
  private final PageGrowth growth;
  private final IndexWalk walk;
  private final IndexSweep sweep;
  private final Occupancy occupancy = new Occupancy();

  /**
   * @param commonBits first bits of the hashes that are the same for all records
   */
  public HashIndex(SegmentTable segments, ChunkPool pool, int commonBits, Hashes hashes) {
    this.segments = segments;
    this.pool = pool;
    this.commonBits = commonBits;
    pages = new Pages(pool);
    growth = new PageGrowth(this, segments, pool, commonBits, hashes, pages, occupancy);
    walk = new IndexWalk(this, segments, pool, commonBits, hashes, pages);
    sweep = new IndexSweep(this, segments, pool, occupancy);
  }

  /** For who goes through many records. */
  public IndexWalk walk() {
    return walk;
  }

  /** For who looks for what has ended. */
  public IndexSweep sweep() {
    return sweep;
  }

  // -- For readers and writers.

  /**
   * Looks for a record by its key.
   *
   * @param keyWord {@link RecordLayout#keyWord} of the key
   * @param at is set to where it was found
   * @return its address; 0: there is none; {@link #RETRY}
   */
  public long locate(long keyAddress, int keyLength, long keyWord, long hash, Cursor at) {
    int seen = structure;
    int[] words = directory;
    if ((seen & 1) != 0 || words == null) {
      return (seen & 1) == 0 && structure == seen ? 0 : RETRY;
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
      boolean mismatch = false;
      for (int left = BucketLayout.matches(bucket, tag); left != 0; left &= left - 1) {
        long entryAddress = bucket + BucketLayout.entryOffset(left);
        long entry = UNSAFE.getLong(entryAddress);
        long record = entry == 0 ? 0 : recordOf(entry, keyAddress, keyLength, keyWord, at);
        if (record > 0) {
          at.structure = seen;
          at.bucket = bucket;
          at.version = BucketLayout.version(header);
          at.entryAddress = entryAddress;
          at.entry = entry;
          return record;
        }
        if (record == RETRY) {
          return RETRY;
        }
        mismatch |= entry != 0;
      }
      if (mismatch) {
        // The entry may have led elsewhere by the time the record was read.
        UNSAFE.loadFence();
        if (BucketLayout.version(UNSAFE.getLong(bucket)) != BucketLayout.version(header)) {
          return RETRY;
        }
      }
      if ((header & OVERFLOW) == 0) {
        break;
      }
      b = b + 1 == buckets ? 0 : b + 1;
    }
    UNSAFE.loadFence();
    return structure == seen ? 0 : RETRY;
  }

  /**
   * The record that an entry leads to, if it is that of the key; else 0 or {@link #RETRY}. A method
   * of its own, as what is compiled while a store is filled has not seen any record found.
   */
  private long recordOf(long entry, long keyAddress, int keyLength, long keyWord, Cursor at) {
    long reference = entry & REFERENCE_MASK;
    if (!segments.inside(reference)) {
      return RETRY;
    }
    long record = segments.address(reference);
    // Where the value may be, together with the head: its length need not be known for that.
    at.ahead = UNSAFE.getLong(record + BUCKET_BYTES) + UNSAFE.getLong(record + 2 * BUCKET_BYTES);
    long word = RecordLayout.word(record);
    return RecordLayout.keyOf(word) == keyWord
            && sameKey(record + RecordLayout.keyOffset(word), keyAddress, keyLength)
        ? record
        : 0;
  }

  private static boolean sameKey(long a, long b, int length) {
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      if (UNSAFE.getLong(a + i) != UNSAFE.getLong(b + i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (UNSAFE.getByte(a + i) != UNSAFE.getByte(b + i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether all that was read since the record was located, was the record. */
  public boolean valid(Cursor at) {
    UNSAFE.loadFence();
    return BucketLayout.version(UNSAFE.getLong(at.bucket)) == at.version
        && structure == at.structure;
  }

  /**
   * Counts a read; it may go uncounted if others are in the way.
   *
   * @param most what is not counted beyond, up to 7
   */
  public void touch(Cursor at, int most) {
    long entry = at.entry;
    if (at.frequency() < most) {
      boolean unused =
          UNSAFE.compareAndSwapLong(null, at.entryAddress, entry, entry + FREQUENCY_ONE);
    }
  }

  /**
   * Address of the bucket of a hash. Whatever it leads to, a little may be read there while the
   * memory is reachable.
   */
  public long bucketAddress(long hash) {
    int[] words = directory;
    if (words == null) {
      return segments.base(1);
    }
    long h = hash << commonBits;
    int page = slot(words, h);
    return bucket(pool, words, page, home(words[page], h));
  }

  /** As {@link #bucketAddress}, of the first record that may have the hash. */
  public long recordAddress(long hash) {
    int[] words = directory;
    if (words == null) {
      return segments.base(1);
    }
    long h = hash << commonBits;
    int page = slot(words, h);
    int first = words[page];
    long tag = BucketLayout.tag(h, depth(first));
    int b = home(first, h);
    long bucket = bucket(pool, words, page, b);
    int matches = BucketLayout.matches(bucket, tag);
    if (matches == 0) {
      int next = b + 1 == buckets(first) ? 0 : b + 1;
      bucket = bucket(pool, words, page, next);
      matches = BucketLayout.matches(bucket, tag);
    }
    // Where nothing matches, what is read is the bucket's head.
    long entry = UNSAFE.getLong(bucket + (BucketLayout.entryOffset(matches) & BUCKET_BYTES - 1));
    long reference = entry & REFERENCE_MASK;
    return segments.inside(reference) ? segments.address(reference) : bucket;
  }

  /** Bytes of the chunks that this index has. */
  public long bytes() {
    return occupancy.chunks() * ChunkPool.CHUNK_BYTES;
  }

  /** Odd while pages are replaced, of another value after. */
  int structure() {
    return structure;
  }

  /** Null: there is no record. */
  int[] directory() {
    return directory;
  }

  // -- For writers, under the store's lock.

  /** Records that are in the index. */
  public long entries() {
    return occupancy.entries;
  }

  /**
   * Finds a free entry for a record that is not there; grows if need be.
   *
   * @param at is set to it
   * @return false: there is no memory for more of such hashes
   */
  public boolean reserve(long hash, Cursor at) {
    long h = hash << commonBits;
    boolean anywhere = false;
    while (true) {
      int[] words = directory;
      if (words == null) {
        if (!growth.addPage()) {
          return false;
        }
        continue;
      }
      int page = slot(words, h);
      int first = words[page];
      int buckets = buckets(first);
      int window = anywhere ? buckets : Math.min(buckets, WINDOW);
      if (pages.free(words, page, home(first, h), buckets, window, at)) {
        at.entry = BucketLayout.tag(h, depth(first));
        return true;
      }
      if (anywhere) {
        return false;
      }
      switch (growth.grow(words, page, h, at.buffer())) {
        case GROWN -> {}
        // Where the page has room elsewhere, that will do.
        case NO_USE, NO_MEMORY -> anywhere = true;
      }
    }
  }

  /**
   * Fills the entry that was reserved.
   *
   * @param expiresAtMs when a sweep has something to do; 0: never
   */
  public void insert(Cursor at, long reference, long expiresAtMs) {
    occupancy.entries++;
    put(at, at.entry & ~REFERENCE_MASK | reference, expiresAtMs);
  }

  /** Lets the entry that was located lead to another record of the same key. */
  public void replace(Cursor at, long reference, long expiresAtMs) {
    put(at, at.entry & ~REFERENCE_MASK | reference, expiresAtMs);
  }

  /** Lets the entry lead to where its record was moved. */
  public void move(Cursor at, long reference) {
    put(at, at.entry & ~REFERENCE_MASK | reference, 0);
  }

  private void put(Cursor at, long entry, long expiresAtMs) {
    // All of the record is there before its entry is.
    UNSAFE.putOrderedLong(null, at.entryAddress, entry);
    long header = BucketLayout.nextVersion(UNSAFE.getLong(at.bucket));
    long unit = BucketLayout.expiryUnit(expiresAtMs);
    occupancy.ends(unit);
    UNSAFE.putOrderedLong(
        null,
        at.bucket,
        unit < BucketLayout.expiry(header) ? BucketLayout.withExpiry(header, unit) : header);
    at.entry = entry;
  }

  /** Empties the entry that was located. */
  public void remove(Cursor at) {
    UNSAFE.putOrderedLong(null, at.entryAddress, 0);
    UNSAFE.putOrderedLong(null, at.bucket, BucketLayout.nextVersion(UNSAFE.getLong(at.bucket)));
    if (--occupancy.entries == 0) {
      clear();
    }
  }

  /**
   * Finds the entry that leads to a certain place.
   *
   * @return whether there is one
   */
  public boolean locateReference(long hash, long reference, Cursor at) {
    int[] words = directory;
    if (words == null) {
      return false;
    }
    long h = hash << commonBits;
    int page = slot(words, h);
    int buckets = buckets(words[page]);
    int b = home(words[page], h);
    for (int tried = 0; tried < buckets; tried++) {
      long bucket = bucket(pool, words, page, b);
      for (int i = FIRST_ENTRY; i < BUCKET_BYTES; i += ENTRY_BYTES) {
        long entry = UNSAFE.getLong(bucket + i);
        if ((entry & REFERENCE_MASK) == reference) {
          at.structure = structure;
          at.bucket = bucket;
          at.version = BucketLayout.version(UNSAFE.getLong(bucket));
          at.entryAddress = bucket + i;
          at.entry = entry;
          return true;
        }
      }
      if ((UNSAFE.getLong(bucket) & OVERFLOW) == 0) {
        return false;
      }
      b = b + 1 == buckets ? 0 : b + 1;
    }
    return false;
  }

  /** Forgets all entries and gives back all chunks. */
  public void clear() {
    int[] words = directory;
    if (words == null) {
      return;
    }
    beginChange();
    directory = null;
    endChange();
    growth.freeAll(words);
    occupancy.entries = 0;
    occupancy.earliest = BucketLayout.NEVER;
  }

  // -- Changes of the structure.

  /** To be called within a change. */
  void directory(int[] words) {
    directory = words;
  }

  /** Pages are replaced from now on: readers wait. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the store's lock.
  void beginChange() {
    structure++;
    UNSAFE.fullFence();
  }

  /** Readers that were there before the change begin again. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the store's lock.
  void endChange() {
    UNSAFE.fullFence();
    structure++;
  }
}
