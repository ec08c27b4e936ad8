// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.schema.Table;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.thrift.peer.Mutation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives replicas what reads have found missing at them, behind the answers: merges, which do no
 * harm wherever and however often they arrive. A replica gets one batch after another. What waits
 * is bounded in bytes, each record counted with its overheads and so their number too; beyond the
 * bound, and where a replica does not take its batch, repairs are dropped: another read or
 * anti-entropy finds the same.
 *
 * <p>Thread-safe; state belongs to the scheduler's tasks.
 */
final class ReadRepair {
  private static final Logger LOG = LoggerFactory.getLogger(ReadRepair.class);

  /** Bytes of mutations in one call. */
  private static final int MAX_CALL_BYTES = 1 << 20;

  private final NodeId self;
  private final MapTracker maps;
  private final ReplicaService local;
  private final Peers peers;
  private final SerialScheduler worker;
  private final DaemonMetrics metrics;
  private final long maxBytes;
  private final long timeoutMs;

  private final Object lock = new Object();
  private long waitingBytes; // guarded by lock

  // Of the worker.
  private final Map<NodeId, Queue<Repair>> waiting = new HashMap<>();

  private record Repair(int tableId, Write write) {}

  ReadRepair(
      NodeId self,
      MapTracker maps,
      ReplicaService local,
      Peers peers,
      SerialScheduler worker,
      DaemonMetrics metrics,
      long maxBytes,
      long timeoutMs) {
    this.self = self;
    this.maps = maps;
    this.local = local;
    this.peers = peers;
    this.worker = worker;
    this.metrics = metrics;
    this.maxBytes = maxBytes;
    this.timeoutMs = timeoutMs;
  }

  /**
   * Has a replica given some versions of a record, soon or never.
   *
   * @param versions may be empty: then nothing happens
   */
  void offer(NodeId node, Table table, StoredRecord record, List<StoredVersion> versions) {
    if (versions.isEmpty()) {
      return;
    }
    var repairs = new ArrayList<Repair>(versions.size());
    long bytes = 0;
    for (StoredVersion version : versions) {
      Write write = Write.merging(record.key(), record.hash(), version);
      repairs.add(new Repair(table.id(), write));
      bytes += write.wireBytes();
    }
    synchronized (lock) {
      if (waitingBytes + bytes > maxBytes) {
        metrics.replication().readRepairDropped(1);
        return;
      }
      waitingBytes += bytes;
    }
    worker.execute(() -> add(node, repairs));
  }

  /** Bytes that wait or are under way. */
  long waitingBytes() {
    synchronized (lock) {
      return waitingBytes;
    }
  }

  private void add(NodeId node, List<Repair> repairs) {
    Queue<Repair> queue = waiting.get(node);
    if (queue != null) {
      queue.addAll(repairs); // A batch is under way, and the next one follows it.
    } else {
      waiting.put(node, new ArrayDeque<>(repairs));
      sendNext(node);
    }
  }

  private void sendNext(NodeId node) {
    Queue<Repair> queue = waiting.get(node);
    var batch = new ArrayList<Repair>();
    long bytes = 0;
    while (!queue.isEmpty()
        && (batch.isEmpty() || bytes + queue.peek().write().wireBytes() <= MAX_CALL_BYTES)) {
      batch.add(queue.remove());
      bytes += batch.get(batch.size() - 1).write().wireBytes();
    }
    if (batch.isEmpty()) {
      waiting.remove(node);
      return;
    }
    MapTracker.Seen seen = maps.seen();
    MapNode target = seen.map().node(node).orElse(null);
    if (target == null) {
      sent(node, batch, bytes, 0);
    } else if (node.equals(self)) {
      sent(node, batch, bytes, repairHere(seen.epoch(), batch));
    } else {
      send(target, seen.epoch(), batch, bytes);
    }
  }

  private int repairHere(long epoch, List<Repair> batch) {
    int taken = 0;
    for (Repair repair : batch) {
      taken += isTaken(local.apply(epoch, repair.tableId(), repair.write())) ? 1 : 0;
    }
    return taken;
  }

  private void send(MapNode target, long epoch, List<Repair> batch, long bytes) {
    var mutations = new ArrayList<Mutation>(batch.size());
    for (Repair repair : batch) {
      mutations.add(PeerCodec.toMutation(repair.tableId(), repair.write()));
    }
    var unused =
        peers
            .apply(target, epoch, mutations, timeoutMs)
            .whenComplete(
                (codes, failure) -> {
                  int taken = 0;
                  if (failure == null) {
                    taken = (int) codes.stream().filter(ReadRepair::isTaken).count();
                  } else {
                    LOG.debug(
                        "node={} did not take {} repairs", target.id(), batch.size(), failure);
                  }
                  int done = taken;
                  worker.execute(() -> sent(target.id(), batch, bytes, done));
                });
  }

  /** OK, or something newer is there by now. */
  private static boolean isTaken(int code) {
    return code <= 1;
  }

  private void sent(NodeId node, List<Repair> batch, long bytes, int taken) {
    metrics.replication().readRepaired(taken);
    metrics.replication().readRepairDropped(batch.size() - taken);
    synchronized (lock) {
      waitingBytes -= bytes;
    }
    worker.execute(() -> sendNext(node));
  }
}
