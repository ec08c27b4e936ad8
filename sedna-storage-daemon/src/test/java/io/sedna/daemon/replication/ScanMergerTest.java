// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.daemon.engine.HeapPartitionStore;
import io.sedna.daemon.engine.MemoryBudget;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoreOptions;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.TableMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class ScanMergerTest {
  private static PartitionStore store() {
    return new HeapPartitionStore(
        () -> 0, 0, MemoryBudget.unlimited(), new TableMemory(StoreOptions.STORE));
  }

  private static StoredRecord record(int key, long hash, int timestamp, boolean tombstone) {
    return StoredRecord.of(
        new byte[] {(byte) key},
        hash,
        List.of(
            tombstone
                ? StoredVersion.tombstone(timestamp, 0, 0)
                : StoredVersion.value(timestamp, 0, 0, new byte[] {1})));
  }

  /** Scans replicas batch by batch, as a coordinator does. */
  private static List<StoredRecord> scan(List<PartitionStore> replicas, int maxBytes) {
    var all = new ArrayList<StoredRecord>();
    long next = 0;
    while (true) {
      ScanRange range = ScanRange.of(next, -1, maxBytes, ScanRange.View.EVERYTHING);
      List<ScanBatch> batches = replicas.stream().map(r -> r.scan(range)).toList();
      var merger = new ScanMerger(batches);
      merger.forEachRemaining(all::add);
      if (merger.covered()) {
        return all;
      }
      assertThat(Long.compareUnsigned(merger.nextHash(), next)).isPositive();
      next = merger.nextHash();
    }
  }

  @Test
  public void shouldFindWhatAnyReplicaHoldsAndMergeWhatSeveralHold() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      List<PartitionStore> replicas = List.of(store(), store(), store());
      PartitionStore union = store();
      for (int i = 0; i < 100; i++) {
        int key = random.nextInt(60);
        // Few hashes, so that many keys collide, from both halves of the unsigned order.
        long hash = (key % 13 - 6) * 1_000_003L;
        StoredRecord record = record(key, hash, random.nextInt(10), random.nextInt(5) == 0);
        replicas.get(random.nextInt(3)).merge(record);
        if (random.nextBoolean()) {
          replicas.get(random.nextInt(3)).merge(record);
        }
        union.merge(record);
      }

      List<StoredRecord> merged = scan(replicas, 1 + random.nextInt(20));

      assertThat(merged)
          .as("seed=%d", seed)
          .isEqualTo(
              union
                  .scan(ScanRange.of(0, -1, Integer.MAX_VALUE, ScanRange.View.EVERYTHING))
                  .records());
    }
  }
}
