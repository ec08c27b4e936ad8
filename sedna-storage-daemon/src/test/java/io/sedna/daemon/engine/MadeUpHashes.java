// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A hash function of the hashes that a test made up: it remembers which a store was called with.
 */
final class MadeUpHashes {
  private final Map<ByteBuffer, Long> hashes = new ConcurrentHashMap<>();

  /** May be asked of garbage. */
  KeyHasher hasher() {
    return (address, length) ->
        hashes.getOrDefault(ByteBuffer.wrap(OffHeap.bytes(address, length)), 0L);
  }

  private void learn(byte[] key, long hash) {
    hashes.putIfAbsent(ByteBuffer.wrap(key), hash);
  }

  PartitionStore learningStore(PartitionStore store) {
    return new PartitionStore() {
      @Override
      public WriteOutcome writeLatest(byte[] key, long hash, StoredVersion value) {
        learn(key, hash);
        return store.writeLatest(key, hash, value);
      }

      @Override
      public WriteOutcome writeAll(byte[] key, long hash, StoredVersion value) {
        learn(key, hash);
        return store.writeAll(key, hash, value);
      }

      @Override
      public WriteOutcome remove(byte[] key, long hash, StoredVersion tombstone) {
        learn(key, hash);
        return store.remove(key, hash, tombstone);
      }

      @Override
      public WriteOutcome touch(byte[] key, long hash, StoredVersion valueWithNewEnd) {
        learn(key, hash);
        return store.touch(key, hash, valueWithNewEnd);
      }

      @Override
      public WriteOutcome merge(StoredRecord record) {
        learn(record.key(), record.hash());
        return store.merge(record);
      }

      @Override
      public WriteOutcome writeLatest(
          long keyAddress,
          int keyLength,
          long hash,
          long valueAddress,
          int valueLength,
          VersionHead head) {
        learn(OffHeap.bytes(keyAddress, keyLength), hash);
        return store.writeLatest(keyAddress, keyLength, hash, valueAddress, valueLength, head);
      }

      @Override
      public boolean readNewest(
          long keyAddress, int keyLength, long hash, long nowMs, ReadTarget target) {
        return store.readNewest(keyAddress, keyLength, hash, nowMs, target);
      }

      @Override
      public WriteOutcome update(
          long keyAddress, int keyLength, long hash, long nowMs, RecordUpdate update) {
        learn(OffHeap.bytes(keyAddress, keyLength), hash);
        return store.update(keyAddress, keyLength, hash, nowMs, update);
      }

      @Override
      public StoredRecord read(byte[] key, long hash) {
        return store.read(key, hash);
      }

      @Override
      public ScanBatch scan(ScanRange range) {
        return store.scan(range);
      }

      @Override
      public int sweep(long tombstonesBefore) {
        return store.sweep(tombstonesBefore);
      }

      @Override
      public boolean prepareDigests() {
        return store.prepareDigests();
      }

      @Override
      public long[] digests(int mostDepth) {
        return store.digests(mostDepth);
      }

      @Override
      public long evict(long fromHash, long memoryBytes) {
        return store.evict(fromHash, memoryBytes);
      }

      @Override
      public long digestBytes() {
        return store.digestBytes();
      }

      @Override
      public StoreStatistics statistics() {
        return store.statistics();
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }
}
