// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.PeerCodec;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.daemon.replication.Write;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.RequestOutcome;
import io.sedna.thrift.peer.StoreDigest;
import io.sedna.thrift.peer.TakeOverAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * This daemon's replicas of strong tables, as primaries see them. A replica takes what the primary
 * of its newest map sends, and nothing of anybody else: a daemon that does not know yet that it is
 * no primary any more cannot make anything count. Thread-safe; nothing blocks.
 */
@InterfaceAudience.Private
public final class StrongReplica {
  private static final int OK = WriteStatus.OK.getValue();

  /** At least all records of one hash, however large. */
  private static final int SCAN_BYTES = 1;

  private final StrongContext context;
  private final RequestWindows requests;

  public StrongReplica(StrongContext context, RequestWindows requests) {
    this.context = context;
    this.requests = requests;
  }

  /** As sedna_peer.thrift has it. */
  public CompletionStage<List<Integer>> replicate(
      long epoch, String primary, List<Mutation> mutations) {
    var sender = new NodeId(primary);
    return context.caughtUp(
        epoch,
        () -> {
          var codes = new ArrayList<Integer>(mutations.size());
          for (Mutation mutation : mutations) {
            codes.add(apply(epoch, sender, mutation));
          }
          return codes;
        });
  }

  private int apply(long epoch, NodeId sender, Mutation mutation) {
    Write write = PeerCodec.toWrite(mutation, KeyHash.ofTable(mutation.getTableId()));
    int partition = context.maps().seen().map().partitionOf(write.hash());
    long entered = context.fences().enter(partition);
    try {
      return apply(epoch, sender, mutation, write, partition);
    } finally {
      context.fences().leave(partition, entered);
    }
  }

  private int apply(long epoch, NodeId sender, Mutation mutation, Write write, int partition) {
    MapTracker.Seen before = context.maps().seen();
    ErrorCode refusal = refuse(before, epoch, sender, partition);
    if (refusal != null) {
      return refusal.number();
    }
    Table table = context.view().catalogue().byId(mutation.getTableId()).orElse(null);
    if (table == null) {
      return ErrorCode.TABLE_NOT_FOUND.number();
    }
    context.clock().observe(write.version().timestamp());
    WriteOutcome outcome = store(table, partition, write);
    if (outcome == WriteOutcome.OUT_OF_MEMORY) {
      return ErrorCode.OUT_OF_MEMORY.number();
    }
    if (mutation.isSetRequests()) {
      requests.add(partition, mutation.getRequests());
    }
    MapTracker.Seen after = context.maps().seen();
    ErrorCode late = after == before ? null : refuse(after, epoch, sender, partition);
    if (late != null) {
      return late.number();
    }
    return outcome == WriteOutcome.OK ? OK : WriteStatus.OUTDATED.getValue();
  }

  private WriteOutcome store(Table table, int partition, Write write) {
    return switch (write.kind()) {
      case NOTE -> WriteOutcome.OK;
      case REMOVE -> store(table, partition).remove(write.key(), write.hash(), write.version());
      default -> store(table, partition).writeLatest(write.key(), write.hash(), write.version());
    };
  }

  /** Its digests are kept from the beginning, while that is no work. */
  private PartitionStore store(Table table, int partition) {
    PartitionStore store = context.engine().find(table.id(), partition);
    if (store == null) {
      store = context.engine().store(table.id(), partition, TableSettings.options(table));
      store.prepareDigests();
    }
    return store;
  }

  private ErrorCode refuse(MapTracker.Seen seen, long epoch, NodeId sender, int partition) {
    ReplicaState own = seen.own()[partition];
    if (own == null) {
      return ErrorCode.NOT_REPLICA;
    }
    if (own == ReplicaState.LOADING) {
      return ErrorCode.LOADING;
    }
    if (!own.takesStrong()) {
      return ErrorCode.STALE_MAP; // Its primary does not know yet that it need not wait.
    }
    int primary = seen.primary(partition);
    boolean fromPrimary = primary >= 0 && seen.map().nodes().get(primary).id().equals(sender);
    // What it sent before another was the primary, or may have been, is not what it gives now.
    long since = Math.max(seen.addedAt()[partition], seen.primarySince()[partition]);
    return fromPrimary && epoch >= since ? null : ErrorCode.STALE_MAP;
  }

  /** As sedna_peer.thrift has it. */
  public CompletionStage<TakeOverAnswer> takeOver(
      long epoch, String primary, List<Integer> partitions) {
    var sender = new NodeId(primary);
    return context.caughtUpTo(
        epoch,
        () -> {
          MapTracker.Seen seen = context.maps().seen();
          for (int partition : partitions) {
            check(seen, epoch, sender, partition);
            context.fences().await(partition);
          }
          return prepared(partitions, 0).thenApply(ready -> answer(partitions));
        });
  }

  private void check(MapTracker.Seen seen, long epoch, NodeId sender, int partition) {
    if (partition < 0 || partition >= seen.own().length) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "no such partition: " + partition + ", partitions=" + seen.own().length);
    }
    ErrorCode refusal = refuse(seen, epoch, sender, partition);
    if (refusal != null || seen.own()[partition] != ReplicaState.SERVING) {
      throw new SednaException(
          refusal == null ? ErrorCode.LOADING : refusal,
          "partition="
              + partition
              + " is not of the primary "
              + sender
              + " here: node="
              + context.self()
              + " has it as "
              + seen.own()[partition]
              + ", epoch="
              + seen.epoch()
              + ", the caller's="
              + epoch,
          seen.epoch(),
          null);
    }
  }

  /** Completes when every store of these partitions knows its digests; slice after slice. */
  private CompletableFuture<Void> prepared(List<Integer> partitions, int from) {
    for (int i = from; i < partitions.size(); i++) {
      for (Table table : strongTables()) {
        PartitionStore store = context.engine().find(table.id(), partitions.get(i));
        if (store != null && !store.prepareDigests()) {
          int next = i;
          return CompletableFuture.runAsync(() -> {}, context.timers())
              .thenCompose(turn -> prepared(partitions, next));
        }
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  private List<Table> strongTables() {
    return context.view().catalogue().all().stream().filter(Table::isStrong).toList();
  }

  private TakeOverAnswer answer(List<Integer> partitions) {
    var digests = new ArrayList<StoreDigest>();
    var outcomes = new ArrayList<RequestOutcome>();
    List<Table> tables = strongTables();
    for (int partition : partitions) {
      settle(partition); // What an earlier primary had told, which has served nothing since.
      for (Table table : tables) {
        PartitionStore store = context.engine().find(table.id(), partition);
        long digest = store == null ? 0 : digest(store);
        if (digest != 0) {
          digests.add(new StoreDigest(table.id(), partition, digest));
        }
      }
      outcomes.addAll(requests.all(partition));
    }
    return new TakeOverAnswer(digests, outcomes);
  }

  /** Of all that a store holds; prepared, or small enough to be. */
  static long digest(PartitionStore store) {
    long[] digests = store.digests(0);
    while (digests == null) {
      store.prepareDigests();
      digests = store.digests(0);
    }
    return digests[0];
  }

  /** As sedna_peer.thrift has it. */
  public CompletionStage<Void> rememberRequests(
      long epoch, String primary, int partition, List<RequestOutcome> outcomes, boolean alike) {
    var sender = new NodeId(primary);
    return context.caughtUp(
        epoch,
        () -> {
          check(context.maps().seen(), epoch, sender, partition);
          requests.learn(partition, outcomes);
          if (alike) {
            settle(partition);
          }
          return null;
        });
  }

  /** What is remembered of a partition, all that has changed a record already among it. */
  List<RequestOutcome> requestOutcomes(int partition) {
    context.fences().await(partition);
    return requests.all(partition);
  }

  /**
   * Takes over what a source of a fill remembers, after its records were read. A request that came
   * to the source after that has made a record which is not here, unless the primary has sent it
   * meanwhile: nothing must be remembered of it then, for it would be said to be done.
   */
  void remember(int partition, List<RequestOutcome> outcomes) {
    requests.add(
        partition,
        outcomes.stream().filter(outcome -> counts(context, partition, outcome)).toList());
  }

  private void settle(int partition) {
    requests.settle(partition, outcome -> counts(context, partition, outcome));
  }

  /**
   * Whether what a request has done is here. Right as long as nobody but one primary, after the one
   * that did the request, has changed the record since: so before a new primary does.
   */
  static boolean counts(StrongContext context, int partition, RequestOutcome outcome) {
    if (outcome.getStatus() != OK) {
      return true; // It has done nothing.
    }
    PartitionStore store = context.engine().find(outcome.getTableId(), partition);
    if (store == null) {
      return false;
    }
    ScanRange hash =
        ScanRange.of(outcome.getHash(), outcome.getHash(), SCAN_BYTES, ScanRange.View.EVERYTHING);
    for (StoredRecord record : store.scan(hash).records()) {
      for (StoredVersion version : record.versions()) {
        if (version.timestamp() >= outcome.getTimestamp()) {
          return true;
        }
      }
    }
    return false;
  }
}
