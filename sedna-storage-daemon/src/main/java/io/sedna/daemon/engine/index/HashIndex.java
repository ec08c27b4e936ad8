// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;
import static io.sedna.daemon.engine.index.BucketLayout.BUCKET_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.BUCKET_SHIFT;
import static io.sedna.daemon.engine.index.BucketLayout.ENTRY_BYTES;
import static io.sedna.daemon.engine.index.BucketLayout.FIRST_ENTRY;
import static io.sedna.daemon.engine.index.BucketLayout.FREQUENCY_MASK;
import static io.sedna.daemon.engine.index.BucketLayout.FREQUENCY_ONE;
import static io.sedna.daemon.engine.index.BucketLayout.OVERFLOW;
import static io.sedna.daemon.engine.index.BucketLayout.REFERENCE_MASK;
import static io.sedna.daemon.engine.index.BucketLayout.TAG_SHIFT;

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
 */
@InterfaceAudience.Private
public final class HashIndex {
  /** What {@link #locate} answers if a writer was in the way. */
  public static final long RETRY = -1;

  /** Words of the directory for a page: one of its own, and the numbers of its chunks. */
  private static final int STRIDE = 8;

  private static final int STRIDE_SHIFT = 3;
  private static final int MAX_CHUNKS = STRIDE - 1;
  private static final int CHUNK_ENTRIES = ChunkPool.BUCKETS * BucketLayout.ENTRIES;

  /** Most entries of a page. */
  static final int PAGE_ENTRIES = MAX_CHUNKS * CHUNK_ENTRIES;

  /** A page's first word says how many chunks it has, and its depth. */
  private static final int CHUNKS_MASK = 0xF;

  private static final int DEPTH_SHIFT = 4;

  /**
   * An entry is at most so many buckets from where it belongs, while hashes are what they should
   * be.
   */
  private static final int WINDOW = 6;

  /** Share of a new page's entries that is used, in percent. */
  private static final int FILL_PERCENT = 78;

  /** Directory slots a page, and some: more are not spent on hashes that agree in many bits. */
  private static final int MAX_SLOTS_PER_PAGE = 32;

  private static final int FREE_SLOTS = 64;
  private static final int MAX_DEPTH = 30;

  /** A sweep looks at about so many buckets before it lets others to the store. */
  private static final int SWEEP_SLICE_BUCKETS = 1024;

  /** Computes the hash of a record's key again; the record may be garbage. */
  public interface Hashes {
    long hashOf(long record);
  }

  /** What {@link #forEach} and others call. */
  public interface Visitor {
    void visit(long record);
  }

  private final SegmentTable segments;
  private final ChunkPool pool;
  private final int commonBits;
  private final Hashes hashes;

  private volatile int structure;
  private volatile int[] directory; // null: empty. Its words change only while structure is odd.
  private final Occupancy occupancy = new Occupancy();

  /** Written often, so away from what readers read. */
  private static final class Occupancy {
    long entries;
    int pages;
    volatile long chunks;

    /** No sweep has anything to do before this unit of time. */
    long earliest = BucketLayout.NEVER;
  }

  /**
   * @param commonBits first bits of the hashes that are the same for all records
   */
  public HashIndex(SegmentTable segments, ChunkPool pool, int commonBits, Hashes hashes) {
    this.segments = segments;
    this.pool = pool;
    this.commonBits = commonBits;
    this.hashes = hashes;
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
    int buckets = chunks(first) << ChunkPool.BUCKETS_SHIFT;
    long tag = BucketLayout.tag(h, depth(first));
    int b = home(first, h);
    for (int tried = 0; tried < buckets; tried++) {
      long bucket = bucket(words, page, b);
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
   * Hashes of the records of a page, in no order, those of equal hash several times.
   *
   * @param from a hash of the page
   * @return null: a writer was in the way
   */
  public PageHashes hashesOfPage(long from) {
    int seen = structure;
    int[] words = directory;
    if ((seen & 1) != 0) {
      return null;
    }
    if (words == null) {
      return structure == seen ? new PageHashes(new long[0], 0, lastHash(from, 0)) : null;
    }
    int page = slot(words, from << commonBits);
    int first = words[page];
    int buckets = chunks(first) << ChunkPool.BUCKETS_SHIFT;
    long[] found = new long[buckets * BucketLayout.ENTRIES];
    int count = 0;
    for (int b = 0; b < buckets; b++) {
      long bucket = bucket(words, page, b);
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
    return structure == seen ? new PageHashes(found, count, lastHash(from, depth(first))) : null;
  }

  /**
   * Some of a page's hashes.
   *
   * @param hashes the first {@code count} are meant
   * @param last last hash that is the page's
   */
  public record PageHashes(long[] hashes, int count, long last) {}

  private long lastHash(long hash, int depth) {
    long common = commonBits == 0 ? 0 : hash & -1L << (Long.SIZE - commonBits);
    return common | (hash << commonBits | -1L >>> depth) >>> commonBits;
  }

  /**
   * Calls with the records that may have a hash; others among them. Readers check with {@link
   * #unchanged} after, and throw away what they have if it was not.
   *
   * @return what to give to {@link #unchanged}, or {@link #RETRY}
   */
  public long candidates(long hash, Visitor visitor) {
    int seen = structure;
    int[] words = directory;
    if ((seen & 1) != 0) {
      return RETRY;
    }
    if (words == null) {
      return seen;
    }
    long h = hash << commonBits;
    int page = slot(words, h);
    int first = words[page];
    int buckets = chunks(first) << ChunkPool.BUCKETS_SHIFT;
    long tag = BucketLayout.tag(h, depth(first));
    int b = home(first, h);
    for (int tried = 0; tried < buckets; tried++) {
      long bucket = bucket(words, page, b);
      long header = UNSAFE.getLongVolatile(null, bucket);
      for (int i = FIRST_ENTRY; i < BUCKET_BYTES; i += ENTRY_BYTES) {
        long entry = UNSAFE.getLong(bucket + i);
        if ((entry ^ tag) >>> TAG_SHIFT == 0 && entry != 0) {
          if (!segments.inside(entry & REFERENCE_MASK)) {
            return RETRY;
          }
          visitor.visit(segments.address(entry & REFERENCE_MASK));
        }
      }
      UNSAFE.loadFence();
      if (BucketLayout.version(UNSAFE.getLong(bucket)) != BucketLayout.version(header)) {
        return RETRY;
      }
      if ((header & OVERFLOW) == 0) {
        break;
      }
      b = b + 1 == buckets ? 0 : b + 1;
    }
    return structure == seen ? seen : RETRY;
  }

  /** Bytes of the chunks that this index has. */
  public long bytes() {
    return occupancy.chunks * ChunkPool.CHUNK_BYTES;
  }

  private static int slot(int[] words, long h) {
    int depth = Integer.numberOfLeadingZeros(STRIDE) - Integer.numberOfLeadingZeros(words.length);
    return (int) (h >>> 1 >>> (Long.SIZE - 1 - depth)) << STRIDE_SHIFT;
  }

  private long bucket(int[] words, int page, int b) {
    return pool.address(words[page + 1 + (b >>> ChunkPool.BUCKETS_SHIFT)])
        + ((b & (ChunkPool.BUCKETS - 1)) << BUCKET_SHIFT);
  }

  private static int depth(int first) {
    return first >>> DEPTH_SHIFT;
  }

  private static int chunks(int first) {
    return first & CHUNKS_MASK;
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
        if (!addPage()) {
          return false;
        }
        continue;
      }
      int page = slot(words, h);
      int depth = depth(words[page]);
      int buckets = chunks(words[page]) << ChunkPool.BUCKETS_SHIFT;
      int home = BucketLayout.home(h << BucketLayout.windowStart(depth), depth, buckets);
      if (free(words, page, home, buckets, anywhere ? buckets : Math.min(buckets, WINDOW), at)) {
        at.entry = BucketLayout.tag(h, depth);
        return true;
      }
      if (anywhere) {
        return false;
      }
      switch (grow(words, page, h, at.buffer())) {
        case GROWN -> {}
        // Where the page has room elsewhere, that will do.
        case NO_USE, NO_MEMORY -> anywhere = true;
      }
    }
  }

  private boolean free(int[] words, int page, int home, int buckets, int window, Cursor at) {
    int b = home;
    for (int i = 0; i < window; i++) {
      long bucket = bucket(words, page, b);
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
      long bucket = bucket(words, page, b);
      UNSAFE.putLong(bucket, UNSAFE.getLong(bucket) | OVERFLOW);
      b = b + 1 == buckets ? 0 : b + 1;
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
    if (unit < occupancy.earliest) {
      occupancy.earliest = unit;
    }
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
    int depth = depth(words[page]);
    int buckets = chunks(words[page]) << ChunkPool.BUCKETS_SHIFT;
    int b = BucketLayout.home(h << BucketLayout.windowStart(depth), depth, buckets);
    for (int tried = 0; tried < buckets; tried++) {
      long bucket = bucket(words, page, b);
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
    return bucket(words, page, home(words[page], h));
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
    long bucket = bucket(words, page, b);
    int matches = BucketLayout.matches(bucket, tag);
    if (matches == 0) {
      int next = b + 1 == chunks(first) << ChunkPool.BUCKETS_SHIFT ? 0 : b + 1;
      bucket = bucket(words, page, next);
      matches = BucketLayout.matches(bucket, tag);
    }
    // Where nothing matches, what is read is the bucket's head.
    long entry = UNSAFE.getLong(bucket + (BucketLayout.entryOffset(matches) & BUCKET_BYTES - 1));
    long reference = entry & REFERENCE_MASK;
    return segments.inside(reference) ? segments.address(reference) : bucket;
  }

  private static int home(int first, long h) {
    int depth = depth(first);
    return BucketLayout.home(
        h << BucketLayout.windowStart(depth), depth, chunks(first) << ChunkPool.BUCKETS_SHIFT);
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
    for (int page = 0; page < words.length; page += span(words, page)) {
      freeChunks(words, page);
    }
    occupancy.entries = 0;
    occupancy.pages = 0;
    occupancy.earliest = BucketLayout.NEVER;
  }

  /** Words of the directory from the first of a page on that are the same page's. */
  private static int span(int[] words, int page) {
    int global = Integer.numberOfLeadingZeros(STRIDE) - Integer.numberOfLeadingZeros(words.length);
    return STRIDE << (global - depth(words[page]));
  }

  /** Calls with each record's address. */
  public void forEach(Visitor visitor) {
    int[] words = directory;
    if (words == null) {
      return;
    }
    long[] entries = new long[PAGE_ENTRIES + 1];
    for (int page = 0; page < words.length; page += span(words, page)) {
      int count = collect(words, page, entries);
      for (int i = 0; i < count; i++) {
        visitor.visit(segments.address(entries[i] & REFERENCE_MASK));
      }
    }
  }

  /** What a sweep does with a record. */
  public interface Sweeper {
    /**
     * @return when there is something to do again, milliseconds since 1970; 0: never, or the record
     *     is gone
     */
    long sweep(long record, Cursor at);
  }

  /**
   * Finds the next bucket in which something has ended, or gives up for now. A sweep that begins
   * before anything can have ended is at its end at once.
   *
   * @param from where to look first
   */
  public SweepPlace nextDue(SweepPlace from, long nowMs) {
    int[] words = directory;
    if (words == null || from.state() == SweepPlace.State.END) {
      return SweepPlace.END;
    }
    long unit = nowMs >>> BucketLayout.EXPIRY_UNIT_SHIFT;
    if (from == SweepPlace.START) {
      if (occupancy.earliest > unit) {
        return SweepPlace.END;
      }
      occupancy.earliest = BucketLayout.NEVER; // The sweep finds out.
    }
    long h = from.h();
    // Another page by now: from its beginning.
    int firstBucket = from.structure() == structure ? from.bucket() : 0;
    for (int looked = 0; looked < SWEEP_SLICE_BUCKETS; ) {
      int page = slot(words, h);
      int buckets = chunks(words[page]) << ChunkPool.BUCKETS_SHIFT;
      for (int b = firstBucket; b < buckets; b++) {
        long expiry = BucketLayout.expiry(UNSAFE.getLong(bucket(words, page, b)));
        if (expiry <= unit) {
          return new SweepPlace(h, b, structure, SweepPlace.State.DUE);
        }
        occupancy.earliest = Math.min(occupancy.earliest, expiry);
      }
      looked += buckets;
      long last = h | -1L >>> depth(words[page]);
      if (last == -1L) {
        return SweepPlace.END;
      }
      h = last + 1;
      firstBucket = 0;
    }
    return new SweepPlace(h, 0, structure, SweepPlace.State.MORE);
  }

  /**
   * Sweeps the records of a bucket that {@link #nextDue} found; both under one hold of the lock.
   */
  public SweepPlace sweep(SweepPlace place, Sweeper sweeper, Cursor at) {
    int[] words = directory;
    long bucket = bucket(words, slot(words, place.h()), place.bucket());
    long least = BucketLayout.NEVER;
    for (int i = FIRST_ENTRY; i < BUCKET_BYTES; i += ENTRY_BYTES) {
      long entry = UNSAFE.getLong(bucket + i);
      if (entry != 0) {
        at.structure = structure;
        at.bucket = bucket;
        at.entryAddress = bucket + i;
        at.entry = entry;
        long again = sweeper.sweep(segments.address(entry & REFERENCE_MASK), at);
        least = Math.min(least, BucketLayout.expiryUnit(again));
        if (directory == null) {
          return SweepPlace.END; // That was the last record of the store.
        }
      }
    }
    UNSAFE.putLong(bucket, BucketLayout.withExpiry(UNSAFE.getLong(bucket), least));
    occupancy.earliest = Math.min(occupancy.earliest, least);
    return new SweepPlace(place.h(), place.bucket() + 1, structure, SweepPlace.State.MORE);
  }

  /** A sweep was given up: the next one has to look everywhere. */
  public void sweepAgain() {
    occupancy.earliest = 0;
  }

  /**
   * Where a sweep is: in a bucket of a page, while the structure is the same.
   *
   * @param h a hash of the page
   */
  public record SweepPlace(long h, int bucket, int structure, State state) {
    /** What is there. */
    public enum State {
      /** Something has ended. */
      DUE,
      /** Nothing known; there is more to look at. */
      MORE,
      END
    }

    public static final SweepPlace START = new SweepPlace(0, 0, -1, State.MORE);
    static final SweepPlace END = new SweepPlace(0, 0, 0, State.END);
  }

  // -- Growth.

  private enum Growth {
    GROWN,
    /** The hashes agree in too many bits for it to help. */
    NO_USE,
    NO_MEMORY
  }

  private boolean addPage() {
    long[] chunk = new long[1];
    if (!pool.allocate(chunk)) {
      return false;
    }
    int[] words = new int[STRIDE];
    setPage(words, 0, STRIDE, chunk, 0);
    beginChange();
    directory = words;
    endChange();
    occupancy.pages = 1;
    addChunks(1);
    return true;
  }

  private Growth grow(int[] words, int page, long h, long[] entries) {
    int chunks = chunks(words[page]);
    int depth = depth(words[page]);
    int count = collect(words, page, entries);
    if (count * 2 < chunks * CHUNK_ENTRIES) {
      return Growth.NO_USE;
    }
    if (chunks < MAX_CHUNKS) {
      long[] fresh = new long[Math.max(chunks + 1, chunksFor(count))];
      if (!pool.allocate(fresh)) {
        return Growth.NO_MEMORY;
      }
      fill(fresh, entries, 0, count, depth, leastExpiry(words, page));
      int start = page & -span(words, page);
      beginChange();
      long[] old = chunksOf(words, page);
      setPage(words, start, span(words, page), fresh, depth);
      endChange();
      pool.free(old);
      addChunks(fresh.length - old.length);
      return Growth.GROWN;
    }
    int global = Integer.numberOfLeadingZeros(STRIDE) - Integer.numberOfLeadingZeros(words.length);
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
    long expiry = leastExpiry(words, page);
    fill(low, entries, 0, lower, depth + 1, expiry);
    fill(high, entries, lower, count, depth + 1, expiry);
    long[] old = chunksOf(words, page);
    int[] changed = span(words, page) == STRIDE ? doubled(words) : words;
    int place = slot(changed, h);
    int span = span(changed, place);
    int start = place & -span;
    beginChange();
    setPage(changed, start, span / 2, low, depth + 1);
    setPage(changed, start + span / 2, span / 2, high, depth + 1);
    directory = changed;
    endChange();
    pool.free(old);
    occupancy.pages++;
    addChunks(low.length + high.length - old.length);
    return true;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the store's lock.
  private void beginChange() {
    structure++;
    UNSAFE.fullFence();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the store's lock.
  private void endChange() {
    UNSAFE.fullFence();
    structure++;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the store's lock.
  private void addChunks(int count) {
    occupancy.chunks += count;
  }

  private static int[] doubled(int[] words) {
    int[] changed = new int[words.length * 2];
    for (int page = 0; page < words.length; page += STRIDE) {
      System.arraycopy(words, page, changed, page * 2, STRIDE);
      System.arraycopy(words, page, changed, page * 2 + STRIDE, STRIDE);
    }
    return changed;
  }

  private static int chunksFor(int entries) {
    int perChunk = CHUNK_ENTRIES * FILL_PERCENT / 100;
    return Math.max(1, Math.min(MAX_CHUNKS, (entries + perChunk - 1) / perChunk));
  }

  /**
   * Writes a page into the directory. Its first word goes last: who reads it finds the others. What
   * the page does not use leads somewhere, too.
   */
  private void setPage(int[] words, int start, int length, long[] chunks, int depth) {
    for (int at = start; at < start + length; at += STRIDE) {
      for (int i = 0; i < MAX_CHUNKS; i++) {
        words[at + 1 + i] = pool.number(chunks[Math.min(i, chunks.length - 1)]);
      }
      UNSAFE.storeFence();
      words[at] = depth << DEPTH_SHIFT | chunks.length;
    }
  }

  private long[] chunksOf(int[] words, int page) {
    long[] chunks = new long[chunks(words[page])];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = pool.address(words[page + 1 + i]);
    }
    return chunks;
  }

  private void freeChunks(int[] words, int page) {
    long[] chunks = chunksOf(words, page);
    pool.free(chunks);
    addChunks(-chunks.length);
  }

  private int collect(int[] words, int page, long[] entries) {
    int buckets = chunks(words[page]) << ChunkPool.BUCKETS_SHIFT;
    int count = 0;
    for (int b = 0; b < buckets; b++) {
      long bucket = bucket(words, page, b);
      for (int i = FIRST_ENTRY; i < BUCKET_BYTES; i += ENTRY_BYTES) {
        long entry = UNSAFE.getLong(bucket + i);
        entries[count] = entry;
        count += entry == 0 ? 0 : 1;
      }
    }
    return count;
  }

  private long leastExpiry(int[] words, int page) {
    int buckets = chunks(words[page]) << ChunkPool.BUCKETS_SHIFT;
    long least = BucketLayout.NEVER;
    for (int b = 0; b < buckets; b++) {
      least = Math.min(least, BucketLayout.expiry(UNSAFE.getLong(bucket(words, page, b))));
    }
    return least;
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

  private void fill(long[] chunks, long[] entries, int from, int to, int depth, long expiry) {
    int[] words = new int[STRIDE];
    setPage(words, 0, STRIDE, chunks, depth);
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
      long bucket = bucket(words, 0, b);
      UNSAFE.putLong(bucket, BucketLayout.withExpiry(UNSAFE.getLong(bucket), expiry));
    }
  }
}
