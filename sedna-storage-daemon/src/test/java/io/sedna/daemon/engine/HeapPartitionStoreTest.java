// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.time.ManualWallClock;

public class HeapPartitionStoreTest extends PartitionStoreContract {
  @Override
  PartitionStore create(ManualWallClock clock, long graceMs, MemoryBudget budget) {
    return new HeapPartitionStore(
        clock::millis, graceMs, budget, new TableMemory(StoreOptions.STORE));
  }
}
