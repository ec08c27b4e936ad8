// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

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
   * @return records that were changed
   */
  int sweep();

  /**
   * Forgets records, without tombstones, until about so much memory is free.
   *
   * @param fromHash where to begin; a random one spreads evictions evenly
   * @return bytes of memory freed
   */
  long evict(long fromHash, long memoryBytes);

  StoreStatistics statistics();

  /** Forgets everything. Writes that come later are forgotten too. */
  void close();
}
