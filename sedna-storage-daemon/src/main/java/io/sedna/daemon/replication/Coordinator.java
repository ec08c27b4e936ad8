// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.conf.EventualConfig;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.thrift.peer.MutationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Does reads and writes over the replicas of their partitions, whether this daemon holds one or
 * not: writes go to all in parallel and are answered after W, reads take R and the newest wins. No
 * lock is taken across daemons and nothing blocks: what concerns only this daemon's memory is done
 * inline, the rest completes on event loops.
 *
 * <p>Sizes, timestamps, table and the caller's epoch have been checked by the caller.
 */
@InterfaceAudience.Private
public final class Coordinator {
  private final ReplicationContext context;

  public Coordinator(
      ClusterView view,
      MapTracker maps,
      ReplicaService local,
      Peers peers,
      ReplicationConfig config,
      EventualConfig eventual,
      HybridClock clock,
      SerialScheduler timers,
      DaemonMetrics metrics) {
    var repair =
        new ReadRepair(
            view.self(),
            maps,
            local,
            peers,
            timers,
            metrics,
            eventual.readRepairMaxBytes(),
            config.timeoutMs());
    this.context =
        new ReplicationContext(
            view.self(),
            maps,
            local,
            peers,
            timers,
            config.timeoutMs(),
            clock::wallMillis,
            repair,
            new Hints(
                view,
                maps,
                local,
                peers,
                timers,
                metrics.replication(),
                eventual,
                config.timeoutMs()),
            new Conflicts(),
            metrics.replication());
  }

  /** A write of the given kind, hashed for the table. */
  public static Write write(Table table, MutationKind kind, byte[] key, StoredVersion version) {
    return new Write(kind, key, KeyHash.ofTable(table.id()).hash(key), version);
  }

  /** Sends writes to their replicas and answers with the table's W. */
  public CompletableFuture<List<WriteReply>> write(Table table, List<Write> writes) {
    return write(table, writes, table.schema().writeQuorum());
  }

  /**
   * Sends writes to their replicas.
   *
   * @param copies written before the answer, 1 to the table's N
   * @return replies in the order of the writes; fails as a whole only where there is no map
   */
  public CompletableFuture<List<WriteReply>> write(Table table, List<Write> writes, int copies) {
    MapTracker.Seen seen = context.maps().seen();
    return seen == null
        ? CompletableFuture.failedFuture(Peers.noMap())
        : new WriteBatch(context, table, writes, copies).start(seen.map());
  }

  /** Reads keys from the table's R copies. */
  public CompletableFuture<List<ReadReply>> read(
      Table table, List<byte[]> keys, boolean allSources) {
    return read(table, keys, allSources, table.schema().readQuorum());
  }

  /**
   * Reads keys.
   *
   * @param allSources false: the newest live version is right in the answers, others may lack; in
   *     tables that merge it is what their merge class makes of all
   * @param copies asked before the answer, 1 to the table's N
   * @return replies in the order of the keys; fails as a whole only where there is no map
   */
  public CompletableFuture<List<ReadReply>> read(
      Table table, List<byte[]> keys, boolean allSources, int copies) {
    MapTracker.Seen seen = context.maps().seen();
    if (seen == null) {
      return CompletableFuture.failedFuture(Peers.noMap());
    }
    if (allSources || !Conflicts.merges(table)) {
      return new ReadBatch(context, table, keys, allSources, copies).start(seen.map());
    }
    return new ReadBatch(context, table, keys, true, copies)
        .start(seen.map())
        .thenApply(replies -> replies.stream().map(reply -> merged(table, reply)).toList());
  }

  private ReadReply merged(Table table, ReadReply reply) {
    if (reply.error() != null) {
      return reply;
    }
    StoredRecord record = reply.record();
    try {
      StoredVersion one = context.conflicts().one(table, record, context.clockMs().getAsLong());
      List<StoredVersion> versions = one == null ? List.of() : List.of(one);
      return new ReadReply(StoredRecord.of(record.key(), record.hash(), versions), null);
    } catch (SednaException e) {
      return new ReadReply(null, e);
    }
  }

  /**
   * The next records of a range of hashes, over any number of partitions.
   *
   * @param range with a view of NEWEST or LIVE
   * @param copies asked before the answer, 1 to the table's N
   */
  public CompletableFuture<ScanBatch> scan(Table table, ScanRange range, int copies) {
    MapTracker.Seen seen = context.maps().seen();
    return seen == null
        ? CompletableFuture.failedFuture(Peers.noMap())
        : new ScanCall(context, table, range, copies).start(seen.map());
  }

  /**
   * Gives records back to their replicas as they are, from a snapshot or a log: to every replica in
   * whatever state, LOADING included.
   *
   * @return completes when every replica has every record; fails if one could not take one
   */
  public CompletableFuture<Void> restore(Table table, List<StoredRecord> records) {
    MapTracker.Seen seen = context.maps().seen();
    if (seen == null) {
      return CompletableFuture.failedFuture(Peers.noMap());
    }
    var writes = new ArrayList<Write>(records.size());
    for (StoredRecord record : records) {
      for (StoredVersion version : record.versions()) {
        writes.add(Write.merging(record.key(), record.hash(), version));
      }
    }
    return new RestoreBatch(context, table, writes).start(seen.map());
  }

  /** Epoch of the map that this daemon goes by; 0: it has none. */
  public long epoch() {
    return context.maps().epoch();
  }

  /** The map that this daemon goes by, or null. */
  public PartitionMap map() {
    MapTracker.Seen seen = context.maps().seen();
    return seen == null ? null : seen.map();
  }
}
