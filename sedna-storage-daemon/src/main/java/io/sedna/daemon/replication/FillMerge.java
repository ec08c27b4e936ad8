// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.PackedRecords;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.WriteOutcome;

/**
 * Records that came to fill a replica and are to be stored, by any thread.
 *
 * @param store where they were to go when they came: should the fill begin anew, it is closed, and
 *     forgets them
 */
record FillMerge(
    Transfer transfer, Table table, PartitionStore store, PackedRecords records, KeyHash hash) {
  /**
   * Stores them.
   *
   * @throws io.sedna.common.error.SednaException OUT_OF_MEMORY, with some of them stored
   */
  void run() {
    if (store.merge(records, hash) == WriteOutcome.OUT_OF_MEMORY) {
      throw TableSettings.outOfMemory(
          transfer.engine(), transfer.view().self(), transfer.view().self(), table);
    }
  }
}
