// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/** Counts a store's digests again from what a scan finds. Not while others write. */
final class DigestRecount {
  private DigestRecount() {}

  /** The digests are those of what is there; of a partition of some first bits. */
  static void check(String what, PartitionStore store, int partitionBits) {
    long[] digests = store.digests(Integer.MAX_VALUE);
    assertThat(digests).as(what).isNotNull();
    assertThat(digests).as(what).isEqualTo(recount(store, partitionBits, digests.length));
    assertThat(store.digests(0)).as(what).containsExactly(Arrays.stream(digests).sum());
  }

  static void prepare(PartitionStore store) {
    while (!store.prepareDigests()) {
      Thread.onSpinWait();
    }
  }

  private static long[] recount(PartitionStore store, int partitionBits, int parts) {
    long[] digests = new long[parts];
    int shift = Long.SIZE - Integer.numberOfTrailingZeros(parts);
    ScanRange range = ScanRange.of(0, -1, 1 << 20, ScanRange.View.EVERYTHING);
    while (true) {
      ScanBatch batch = store.scan(range);
      for (StoredRecord record : batch.records()) {
        digests[(int) (record.hash() << partitionBits >>> shift)] += record.digest();
      }
      if (batch.done()) {
        return digests;
      }
      range = range.from(batch.nextHash());
    }
  }
}
