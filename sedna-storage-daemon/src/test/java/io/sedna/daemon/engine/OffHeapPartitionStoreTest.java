// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.time.ManualWallClock;

public class OffHeapPartitionStoreTest extends PartitionStoreContract {
  private OffHeapMemory memory;

  @Override
  PartitionStore create(ManualWallClock clock, long graceMs) {
    var hashes = new MadeUpHashes();
    memory =
        new OffHeapMemory(
            new OffHeapMemory.Options(
                16 << 20, 1 << 20, 0.9, 0, clock::millis, graceMs, table -> hashes.hasher()));
    return hashes.learningStore(memory.create(1, 0, new TableMemory(StoreOptions.STORE)));
  }

  @Override
  MemoryUse memory() {
    return memory;
  }
}
