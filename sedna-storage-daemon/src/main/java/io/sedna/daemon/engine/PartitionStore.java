// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.hash.KeyHash;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * One replica's records of one table in one partition, ordered by the unsigned hashes of their
 * keys. Different keys of equal hash live side by side.
 *
 * <p>Thread-safe. Each operation is atomic for its key; readers never wait for writers. Stores take
 * over the arrays they are given and give out their own: nobody changes the bytes of either. Sizes
 * are checked by the caller. Where there is no room, a table that is a store refuses what adds data
 * (OUT_OF_MEMORY) and still takes removals; one that is a cache forgets something else.
 *
 * <p>The operations that take addresses are for hot paths: keys and values lie in memory outside
 * the heap that belongs to the caller and is only read during the call.
 *
 * <p>The direct writes compare with what is there and may be refused as outdated; {@link #merge}
 * never is, which makes replicas that exchange their records end up equal ({@link StoredRecord}).
 */
@InterfaceAudience.Private
public interface PartitionStore {
  /** There are never more than 2^16 digests of a store. */
  int MOST_DIGEST_DEPTH = 16;

  /**
   * Stores a value in the place of all sources' unless the newest thing held, whoever wrote it and
   * be it a tombstone or expired, is newer.
   */
  WriteOutcome writeLatest(byte[] key, long hash, StoredVersion value);

  /**
   * Stores a value beside those of other sources unless this source's own, or a tombstone, is
   * newer.
   */
  WriteOutcome writeAll(byte[] key, long hash, StoredVersion value);

  /** Leaves a tombstone in the place of everything unless something held is newer. */
  WriteOutcome remove(byte[] key, long hash, StoredVersion tombstone);

  /**
   * Gives a version another end; stores the version if this replica missed it. OUTDATED if
   * something newer has taken its place.
   */
  WriteOutcome touch(byte[] key, long hash, StoredVersion valueWithNewEnd);

  /** Joins what another replica, a snapshot or a log holds of a key with what is held here. */
  WriteOutcome merge(StoredRecord record);

  /**
   * Merges many records; those that another thread writes meanwhile are merged with what it wrote.
   *
   * @param hash of the store's table
   * @return OK; or OUT_OF_MEMORY, with some of them merged
   */
  default WriteOutcome merge(PackedRecords records, KeyHash hash) {
    for (StoredRecord record : records.unpack(hash)) {
      if (merge(record) == WriteOutcome.OUT_OF_MEMORY) {
        return WriteOutcome.OUT_OF_MEMORY;
      }
    }
    return WriteOutcome.OK;
  }

  /**
   * Adds all that is held in a range of hashes to a buffer that is empty, in no order; at most so
   * many bytes, unless one hash alone has more. As for {@link #scan}, what is there all the time is
   * met.
   *
   * @param lastHash unsigned, inclusive, as the first
   * @return how far it came; all that is held before is in the buffer
   */
  default PackedRange pack(long firstHash, long lastHash, int maxBytes, PackedBuffer to) {
    ScanBatch batch = scan(ScanRange.of(firstHash, lastHash, maxBytes, ScanRange.View.EVERYTHING));
    batch.records().forEach(to::add);
    return new PackedRange(batch.done(), batch.nextHash());
  }

  /**
   * As {@link #writeLatest(byte[], long, StoredVersion)}.
   *
   * @param head of the version; read during the call alone
   */
  WriteOutcome writeLatest(
      long keyAddress,
      int keyLength,
      long hash,
      long valueAddress,
      int valueLength,
      VersionHead head);

  /**
   * Copies the newest live version of a key.
   *
   * @return whether there is one; if not, what the target has begun is to be thrown away
   */
  boolean readNewest(long keyAddress, int keyLength, long hash, long nowMs, ReadTarget target);

  /**
   * Where operations on a hash look first, for {@link ReadAhead}: an address of which a few hundred
   * bytes may be read as long as this store is reachable, whatever they are by then.
   */
  default long bucketAddress(long hash) {
    return OffHeap.NOWHERE;
  }

  /** As {@link #bucketAddress}, where they look next: the record, as far as can be told. */
  default long recordAddress(long hash) {
    return OffHeap.NOWHERE;
  }

  /**
   * Changes a record by what is there, as one step.
   *
   * @return OK also where the update keeps what is there; OUT_OF_MEMORY if what it decided could
   *     not be done
   */
  WriteOutcome update(long keyAddress, int keyLength, long hash, long nowMs, RecordUpdate update);

  /** All that is held of a key; empty if nothing is. */
  StoredRecord read(byte[] key, long hash);

  /**
   * The next records of a range. A scan that goes on at nextHash until done meets every record that
   * is there all the time; of those that come and go meanwhile it meets some.
   */
  ScanBatch scan(ScanRange range);

  /**
   * Drops expired values, old tombstones and old marks of expired values.
   *
   * @param tombstonesBefore a timestamp: tombstones stay that are not older, or were not made
   *     before, because some replica may not know them
   * @return records that were changed
   */
  int sweep(long tombstonesBefore);

  /** As {@link #sweep(long)}, where no other replica needs a tombstone. */
  default int sweep() {
    return sweep(Long.MAX_VALUE);
  }

  /**
   * Does a slice of the work after which {@link #digests} answers: the first digests of a store, or
   * finer ones where it has grown. From the first call on, the store keeps them up to date.
   *
   * @return whether there is nothing left to do
   */
  boolean prepareDigests();

  /**
   * Digests of what is held, in equal parts of the partition's range, in order of their hashes. Two
   * stores hold the same versions in a part exactly if its digests are equal (to one in 2^64). An
   * empty part's digest is 0; that of several parts together is the sum of theirs. A value and the
   * mark that a sweep leaves of it are the same here; the bytes of a value, and its flags, do not
   * matter, as they follow from its version.
   *
   * @param mostDepth 2^mostDepth parts are asked for; there may be fewer, never more
   * @return as many as some power of two; null: {@link #prepareDigests} has work to do first
   */
  long[] digests(int mostDepth);

  /**
   * Forgets records, without tombstones, until about so much memory is free.
   *
   * @param fromHash where to begin; a random one spreads evictions evenly
   * @return bytes of memory freed
   */
  long evict(long fromHash, long memoryBytes);

  /**
   * Memory on the heap that the digests take; it is in no statistics and counts against nothing.
   */
  long digestBytes();

  StoreStatistics statistics();

  /** Forgets everything. Writes that come later are forgotten too. */
  void close();
}
