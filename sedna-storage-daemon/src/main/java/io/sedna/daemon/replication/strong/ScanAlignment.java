// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.replication.PeerCodec;
import io.sedna.daemon.replication.PeerNetwork;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.daemon.replication.Write;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.MutationKind;
import io.sedna.thrift.peer.SednaPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * {@link Alignment} by reading all that the other holds, batch after batch, and giving it all that
 * is here; only what differs is kept meanwhile.
 */
final class ScanAlignment implements Alignment {
  private final StrongContext context;
  private final PeerNetwork network;
  private final int batchBytes;

  ScanAlignment(StrongContext context, PeerNetwork network, int batchBytes) {
    this.context = context;
    this.network = network;
    this.batchBytes = batchBytes;
  }

  @Override
  public CompletableFuture<Void> align(
      MapNode other, Table table, int partition, BooleanSupplier mayTake) {
    PartitionMap map = context.maps().seen().map();
    long first = map.firstHash(partition);
    long last = map.lastHash(partition);
    var missing = new ArrayList<StoredRecord>();
    return pull(other, table, partition, first, last, missing)
        .thenComposeAsync(
            pulled -> {
              if (!missing.isEmpty()) {
                if (!mayTake.getAsBoolean()) {
                  return CompletableFuture.failedFuture(
                      context.notPrimary(partition, "does not take it over any more"));
                }
                take(table, partition, missing);
              }
              return push(other, table, partition, first, last);
            },
            context.timers());
  }

  /** Gathers what is not here. */
  private CompletableFuture<Void> pull(
      MapNode other, Table table, int partition, long from, long last, List<StoredRecord> missing) {
    ScanRange range = ScanRange.of(from, last, batchBytes, ScanRange.View.EVERYTHING);
    return network
        .call(
            other,
            "scanRecords",
            new SednaPeer.scanRecords_args(
                context.maps().epoch(), PeerCodec.toPeer(table.id(), range)),
            SednaPeer.scanRecords_result::new,
            context.timeoutMs())
        .thenCompose(
            result -> {
              ScanBatch batch = PeerCodec.fromPeer(result.getSuccess());
              PartitionStore store =
                  context.engine().store(table.id(), partition, TableSettings.options(table));
              for (StoredRecord record : batch.records()) {
                StoredRecord here = store.read(record.key(), record.hash());
                if (!here.merge(record).equals(here)) {
                  missing.add(record);
                }
              }
              return batch.done()
                  ? CompletableFuture.<Void>completedFuture(null)
                  : pull(other, table, partition, batch.nextHash(), last, missing);
            });
  }

  private void take(Table table, int partition, List<StoredRecord> missing) {
    PartitionStore store =
        context.engine().store(table.id(), partition, TableSettings.options(table));
    for (StoredRecord record : missing) {
      if (store.merge(record) == WriteOutcome.OUT_OF_MEMORY) {
        throw TableSettings.outOfMemory(context.engine(), context.self(), context.self(), table);
      }
    }
  }

  private CompletableFuture<Void> push(
      MapNode other, Table table, int partition, long from, long last) {
    PartitionStore store = context.engine().find(table.id(), partition);
    if (store == null) {
      return CompletableFuture.completedFuture(null);
    }
    ScanBatch batch = store.scan(ScanRange.of(from, last, batchBytes, ScanRange.View.EVERYTHING));
    List<Mutation> mutations = new ArrayList<>();
    for (StoredRecord record : batch.records()) {
      for (StoredVersion version : record.versions()) {
        MutationKind kind = version.tombstone() ? MutationKind.MERGE_TOMBSTONE : MutationKind.MERGE;
        mutations.add(
            PeerCodec.toMutation(
                table.id(), new Write(kind, record.key(), record.hash(), version)));
      }
    }
    return network
        .call(
            other,
            "applyMutations",
            new SednaPeer.applyMutations_args(context.maps().epoch(), mutations),
            SednaPeer.applyMutations_result::new,
            context.timeoutMs())
        .thenCompose(
            result -> {
              for (int code : result.getSuccess()) {
                if (code != WriteStatus.OK.getValue()) {
                  throw context.notPrimary(
                      partition, "could not give all to " + other.id() + ", code=" + code);
                }
              }
              return batch.done()
                  ? CompletableFuture.<Void>completedFuture(null)
                  : push(other, table, partition, batch.nextHash(), last);
            });
  }
}
