// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.time.ManualWallClock;

public class HeapPartitionStoreTest extends PartitionStoreContract {
  private MemoryBudget budget;

  @Override
  PartitionStore create(ManualWallClock clock, long graceMs) {
    budget = MemoryBudget.unlimited();
    return new HeapPartitionStore(
        clock::millis, graceMs, budget, new TableMemory(StoreOptions.STORE));
  }

  @Override
  MemoryUse memory() {
    return budget;
  }
}
