// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.conf.EventualConfig;
import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.metrics.HintDrop;
import io.sedna.daemon.metrics.ReplicationMetrics;
import io.sedna.thrift.peer.Mutation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes of eventual tables that a replica in the map did not acknowledge, kept by the daemon that
 * coordinated them until the replica has them (the hinted handoff of Dynamo, SOSP'07; here the
 * replica itself is waited for, and no write counts as done because of a hint).
 *
 * <p>To each daemon that missed something, a small batch is sent after a pause, and again after
 * longer and longer pauses while it does not answer; once it does, one batch follows another, as
 * fast as sedna.hints.max.bytes.per.second lets them. Of each key only what still matters is kept
 * ({@link HintedRecord}).
 *
 * <p>Hints are bounded: in memory, beyond which further ones are not taken; in time, after which
 * they are dropped, because by then a tombstone that hides them may be gone from the other
 * replicas: the time is shorter than a tombstone's. They end, too, when the map takes the replica
 * away, or names another run of its daemon. What is dropped is counted, and left to anti-entropy.
 *
 * <p>Thread-safe; nothing blocks.
 */
final class Hints {
  private static final Logger LOG = LoggerFactory.getLogger(Hints.class);

  private static final long FIRST_PAUSE_MS = 100;
  private static final long LONGEST_PAUSE_MS = 2000;

  /** Bytes of a batch that also asks whether a daemon answers again. */
  private static final int PROBE_BYTES = 16 << 10;

  private static final int BATCH_BYTES = 1 << 20;

  private final ClusterView view;
  private final MapTracker maps;
  private final ReplicaService local;
  private final Peers peers;
  private final SerialScheduler worker;
  private final ReplicationMetrics metrics;
  private final EventualConfig config;
  private final ByteRate rate;
  private final long timeoutMs;

  private final Map<Target, Waiting> targets = new HashMap<>(); // guarded by this
  private long heldBytes; // guarded by this

  /** One run of a daemon. */
  private record Target(String nodeId, long incarnation) {}

  private record Key(int tableId, ByteBuffer key) {}

  /** What one run of a daemon has missed. */
  private static final class Waiting {
    private final Map<Key, HintedRecord> records = new LinkedHashMap<>();
    private long pauseMs = FIRST_PAUSE_MS;
  }

  private static final class Batch {
    private final List<Integer> tableIds = new ArrayList<>();
    private final List<HintedRecord.Kept> writes = new ArrayList<>();
    private long bytes;

    Key key(int index) {
      return new Key(tableIds.get(index), ByteBuffer.wrap(writes.get(index).write().key()));
    }
  }

  Hints(
      ClusterView view,
      MapTracker maps,
      ReplicaService local,
      Peers peers,
      SerialScheduler worker,
      ReplicationMetrics metrics,
      EventualConfig config,
      long timeoutMs) {
    this.view = view;
    this.maps = maps;
    this.local = local;
    this.peers = peers;
    this.worker = worker;
    this.metrics = metrics;
    this.config = config;
    this.rate = new ByteRate(worker, config.hintsMaxBytesPerSecond());
    this.timeoutMs = timeoutMs;
  }

  /** Whether a replica that answers a write so may have missed it, and may take it later. */
  static boolean isMissed(int code) {
    if (code < ErrorCode.INVALID_ARGUMENT.number()) {
      return false;
    }
    ErrorCode error = ErrorCode.of(code);
    return error == ErrorCode.OVERLOADED
        || error == ErrorCode.INTERNAL
        || error.category() == ErrorCategory.RETRY;
  }

  /** Keeps a write that a replica did not acknowledge, if there is room. */
  void keep(MapNode node, Table table, Write write) {
    var target = new Target(node.id().value(), node.incarnation());
    var kept = new HintedRecord.Kept(write, worker.nanoTime());
    synchronized (this) {
      if (heldBytes + kept.bytes() > config.hintsMaxBytes()) {
        metrics.hintDropped(HintDrop.FULL, 1);
        return;
      }
      Waiting waiting = targets.get(target);
      if (waiting == null) {
        waiting = new Waiting();
        targets.put(target, waiting);
        handOverAfter(target, waiting.pauseMs);
      }
      add(waiting, new Key(table.id(), ByteBuffer.wrap(write.key())), kept);
    }
  }

  /** Holding the lock. */
  private void add(Waiting waiting, Key key, HintedRecord.Kept kept) {
    HintedRecord record = waiting.records.computeIfAbsent(key, k -> new HintedRecord(k.tableId()));
    long bytes = record.bytes();
    int writes = record.kept().size();
    record.add(kept);
    hold(record.bytes() - bytes, record.kept().size() - writes);
  }

  private void hold(long bytes, int writes) {
    heldBytes += bytes;
    metrics.hintsHeld(writes, bytes);
  }

  synchronized long heldBytes() {
    return heldBytes;
  }

  private void handOverAfter(Target target, long pauseMs) {
    var unused = worker.schedule(() -> handOver(target), pauseMs);
  }

  private void handOver(Target target) {
    MapTracker.Seen seen = maps.seen();
    MapNode node = nodeOf(target, seen.map());
    Batch batch;
    synchronized (this) {
      batch = nextBatch(target, seen.map(), node);
      if (batch.writes.isEmpty()) {
        targets.remove(target);
        return;
      }
    }
    if (node.id().equals(view.self())) {
      var codes = new ArrayList<Integer>(batch.writes.size());
      for (int i = 0; i < batch.writes.size(); i++) {
        codes.add(local.apply(seen.epoch(), batch.tableIds.get(i), batch.writes.get(i).write()));
      }
      answered(target, batch, codes, null);
    } else {
      send(target, node, seen.epoch(), batch);
    }
  }

  /** Null: that run of the daemon is not in the map. */
  private static MapNode nodeOf(Target target, PartitionMap map) {
    for (MapNode node : map.nodes()) {
      if (node.id().value().equals(target.nodeId()) && node.incarnation() == target.incarnation()) {
        return node;
      }
    }
    return null;
  }

  /** Takes records out, and drops those that are not to be handed over. Holding the lock. */
  private Batch nextBatch(Target target, PartitionMap map, MapNode node) {
    Waiting waiting = targets.get(target);
    long limit = waiting.pauseMs > FIRST_PAUSE_MS ? PROBE_BYTES : BATCH_BYTES;
    long oldest = worker.nanoTime() - TimeUnit.MILLISECONDS.toNanos(config.hintsMaxAgeMs());
    var batch = new Batch();
    Iterator<Map.Entry<Key, HintedRecord>> records = waiting.records.entrySet().iterator();
    while (records.hasNext() && batch.bytes < limit) {
      Map.Entry<Key, HintedRecord> entry = records.next();
      HintedRecord record = entry.getValue();
      long bytes = record.bytes();
      int expired = record.dropBefore(oldest);
      metrics.hintDropped(HintDrop.TOO_OLD, expired);
      hold(record.bytes() - bytes, -expired);
      if (record.isEmpty()) {
        records.remove();
      } else if (node == null || !belongs(record, map, node)) {
        records.remove();
        hold(-record.bytes(), -record.kept().size());
        metrics.hintDropped(HintDrop.NOT_REPLICA, record.kept().size());
      } else if (batch.writes.isEmpty() || batch.bytes + record.bytes() <= BATCH_BYTES) {
        records.remove();
        for (HintedRecord.Kept kept : record.kept()) {
          batch.tableIds.add(record.tableId());
          batch.writes.add(kept);
        }
        batch.bytes += record.bytes();
      } else {
        break;
      }
    }
    return batch;
  }

  private boolean belongs(HintedRecord record, PartitionMap map, MapNode node) {
    ReplicaState state = map.replicaOn(map.partitionOf(record.hash()), node.id()).orElse(null);
    return state != null
        && state.takesEventual()
        && view.catalogue().byId(record.tableId()).isPresent();
  }

  private void send(Target target, MapNode node, long epoch, Batch batch) {
    var mutations = new ArrayList<Mutation>(batch.writes.size());
    for (int i = 0; i < batch.writes.size(); i++) {
      mutations.add(PeerCodec.toMutation(batch.tableIds.get(i), batch.writes.get(i).write()));
    }
    var unused =
        peers
            .apply(node, epoch, mutations, timeoutMs)
            .whenComplete(
                (codes, failure) -> worker.execute(() -> answered(target, batch, codes, failure)));
  }

  private void answered(Target target, Batch batch, List<Integer> codes, Throwable failure) {
    long pauseMs;
    synchronized (this) {
      hold(-batch.bytes, -batch.writes.size());
      Waiting waiting = targets.get(target);
      var missedAgain = new LinkedHashMap<Key, List<HintedRecord.Kept>>();
      for (int i = 0; i < batch.writes.size(); i++) {
        if (failure != null || isMissed(codes.get(i))) {
          missedAgain
              .computeIfAbsent(batch.key(i), k -> new ArrayList<>())
              .add(batch.writes.get(i));
        } else if (codes.get(i) < ErrorCode.INVALID_ARGUMENT.number()) {
          metrics.hintsHandedOver(1);
        } else {
          metrics.hintDropped(HintDrop.REFUSED, 1);
        }
      }
      missedAgain.forEach((key, writes) -> putBack(waiting, key, writes));
      if (!missedAgain.isEmpty()) {
        waiting.pauseMs = Math.min(2 * waiting.pauseMs, LONGEST_PAUSE_MS);
        pauseMs = waiting.pauseMs;
      } else {
        if (waiting.pauseMs > FIRST_PAUSE_MS) {
          LOG.info("node={} answers again: it is given what it missed", target.nodeId());
        }
        waiting.pauseMs = FIRST_PAUSE_MS;
        pauseMs = rate.take(batch.bytes);
      }
    }
    if (failure != null) {
      LOG.debug("node={} still does not take what it missed", target.nodeId(), failure);
    }
    handOverAfter(target, pauseMs);
  }

  /** Before what was missed of the key meanwhile. Holding the lock. */
  private void putBack(Waiting waiting, Key key, List<HintedRecord.Kept> missedAgain) {
    HintedRecord since = waiting.records.remove(key);
    if (since != null) {
      hold(-since.bytes(), -since.kept().size());
    }
    missedAgain.forEach(earlier -> add(waiting, key, earlier));
    if (since != null) {
      since.kept().forEach(later -> add(waiting, key, later));
    }
  }
}
