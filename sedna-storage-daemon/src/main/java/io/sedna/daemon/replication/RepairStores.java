// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.replication.repair.HashRanges;
import io.sedna.daemon.replication.repair.RangeScan;
import java.util.List;
import java.util.function.UnaryOperator;

/** What this daemon holds, as repair reads and changes it. Thread-safe. */
final class RepairStores {
  private final ClusterView view;
  private final Engine engine;
  private final HybridClock clock;
  private final RepairMarks marks;
  private final long graceMs;

  /**
   * @param graceMs how long tombstones are kept
   */
  RepairStores(
      ClusterView view, Engine engine, HybridClock clock, RepairMarks marks, long graceMs) {
    this.view = view;
    this.engine = engine;
    this.clock = clock;
    this.marks = marks;
    this.graceMs = graceMs;
  }

  /** Records of ranges, as the next sweep would leave them. */
  RangeScan scan(int tableId, int partition, HashRanges ranges, int maxRecords, int maxBytes) {
    long nowMs = clock.wallMillis();
    long tombstonesBefore = marks.tombstonesBefore(tableId, partition);
    UnaryOperator<StoredRecord> swept = record -> record.swept(nowMs, graceMs, tombstonesBefore);
    PartitionStore store = engine.find(tableId, partition);
    return RangeScan.read(store, ranges, maxRecords, maxBytes, swept);
  }

  /**
   * Merges what another replica sent.
   *
   * @throws SednaException TABLE_NOT_FOUND; PROTOCOL_ERROR for a record of another partition;
   *     OUT_OF_MEMORY, with some of the records merged
   */
  void merge(int tableId, int partition, PartitionMap map, List<StoredRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    Table table =
        view.catalogue()
            .byId(tableId)
            .orElseThrow(
                () -> new SednaException(ErrorCode.TABLE_NOT_FOUND, "no table has id=" + tableId));
    PartitionStore store = engine.store(tableId, partition, TableSettings.options(table));
    for (StoredRecord record : records) {
      if (map.partitionOf(record.hash()) != partition) {
        throw new SednaException(
            ErrorCode.PROTOCOL_ERROR,
            "a replica sent a record of partition="
                + map.partitionOf(record.hash())
                + " to repair partition="
                + partition);
      }
      for (StoredVersion version : record.versions()) {
        clock.observe(version.timestamp());
      }
      if (store.merge(record) == WriteOutcome.OUT_OF_MEMORY) {
        throw TableSettings.outOfMemory(engine, view.self(), view.self(), table);
      }
    }
  }
}
