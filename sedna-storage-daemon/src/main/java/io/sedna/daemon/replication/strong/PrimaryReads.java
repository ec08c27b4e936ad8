// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.replication.MapTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads of strong tables at their primary. A read takes what is here, then waits for what was under
 * way, then makes sure that this daemon was the primary all the while: it still is by the newest
 * map, and its lease holds. Thread-safe; nothing blocks.
 */
final class PrimaryReads {
  private final StrongContext context;
  private final PrimaryGate gate;
  private final KeyQueues queues;

  PrimaryReads(StrongContext context, PrimaryGate gate, KeyQueues queues) {
    this.context = context;
    this.gate = gate;
    this.queues = queues;
  }

  /** The newest versions of keys of a strong table; fails if one of them cannot be served here. */
  CompletableFuture<List<StoredRecord>> read(Table table, List<byte[]> keys) {
    MapTracker.Seen before = context.maps().seen();
    KeyHash hash = KeyHash.ofTable(table.id());
    var records = new ArrayList<StoredRecord>(keys.size());
    for (byte[] key : keys) {
      long keyHash = hash.hash(key);
      check(table, keyHash);
      PartitionStore store = context.engine().find(table.id(), before.map().partitionOf(keyHash));
      records.add(store == null ? StoredRecord.empty(key, keyHash) : store.read(key, keyHash));
    }
    return settled(table, before, records).thenApply(settled -> records);
  }

  /** The next records of a range inside one partition of a strong table. */
  CompletableFuture<ScanBatch> scan(Table table, ScanRange range) {
    MapTracker.Seen before = context.maps().seen();
    check(table, range.startHash());
    PartitionStore store =
        context.engine().find(table.id(), before.map().partitionOf(range.startHash()));
    ScanBatch batch = store == null ? new ScanBatch(List.of(), true, 0) : store.scan(range);
    return settled(table, before, batch.records())
        .thenApply(
            settled -> {
              checkAgain(table, before, range.startHash());
              return batch;
            });
  }

  private void check(Table table, long hash) {
    SednaException refusal = gate.refuse(table, hash, false);
    if (refusal != null) {
      throw refusal;
    }
  }

  /** As check, and it has been the primary since the map that was seen before. */
  private void checkAgain(Table table, MapTracker.Seen before, long hash) {
    check(table, hash);
    int partition = before.map().partitionOf(hash);
    if (before.primarySince()[partition] != context.maps().seen().primarySince()[partition]) {
      throw context.notPrimary(partition, "was not the primary all the while");
    }
  }

  /** Completes when all that was read counts, and this daemon was the primary all the while. */
  private CompletableFuture<Void> settled(
      Table table, MapTracker.Seen before, List<StoredRecord> records) {
    var waits = new ArrayList<CompletableFuture<Void>>(0);
    for (StoredRecord record : records) {
      CompletableFuture<Void> wait = queues.underWay(new KeyId(table.id(), record.key()));
      if (wait != null) {
        waits.add(wait);
      }
    }
    if (waits.isEmpty()) {
      records.forEach(record -> checkAgain(table, before, record.hash()));
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.allOf(waits.toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> records.forEach(record -> checkAgain(table, before, record.hash())));
  }
}
