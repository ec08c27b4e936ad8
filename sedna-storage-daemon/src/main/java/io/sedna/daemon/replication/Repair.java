// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.conf.RepairConfig;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import java.util.concurrent.CompletionStage;
import org.apache.hadoop.classification.InterfaceAudience;

/** All of a daemon that makes replicas alike, wired together. */
@InterfaceAudience.Private
public final class Repair implements AutoCloseable {
  private final RepairConfig config;
  private final SerialScheduler worker;
  private final RepairMarks marks;
  private final ReplicaRepair replica;
  private final Reconciler reconciler;
  private final AntiEntropy antiEntropy;
  private final RepairOrders orders;

  /**
   * @param maps tell it of each map before anything goes by that
   * @param maxClockSkewMs by how much clocks of daemons may differ
   * @param graceMs how long tombstones are kept
   * @param worker its own; closed with it
   */
  public Repair(
      ClusterView view,
      MapTracker maps,
      Engine engine,
      HybridClock clock,
      ReplicaService service,
      PeerNetwork network,
      RepairConfig config,
      ReplicationConfig replication,
      long maxClockSkewMs,
      long graceMs,
      DaemonMetrics metrics,
      SerialScheduler worker) {
    this.config = config;
    this.worker = worker;
    // A write ends by its timeout; once more for what is on its way then.
    long marginMs = maxClockSkewMs + 2 * replication.timeoutMs();
    marks = new RepairMarks(view, engine, clock, graceMs, marginMs);
    maps.observe(marks);
    var stores = new RepairStores(view, engine, clock, marks, graceMs);
    var digests = new LocalDigests(engine, worker);
    var peers = new RepairPeers(network, replication.timeoutMs());
    var pace = new RepairPace(config.bandwidthBytes(), worker::nanoTime);
    replica = new ReplicaRepair(service, stores, digests, marks, replication.transferBatchBytes());
    reconciler =
        new Reconciler(
            service,
            maps,
            stores,
            digests,
            peers,
            replication.transferBatchBytes(),
            worker,
            pace,
            metrics);
    var repairs = new PartitionRepairs(reconciler, marks);
    antiEntropy =
        new AntiEntropy(view, maps, digests, peers, repairs, marks, clock, metrics, worker);
    orders = new RepairOrders(view, maps, repairs, marks, peers, worker);
  }

  /** Begins to repair in the background, if that is not turned off. */
  public void start() {
    if (config.intervalMs() > 0) {
      worker.every(config.intervalMs(), antiEntropy::round);
    }
  }

  /** Up to when the replicas here are complete. */
  public RepairMarks marks() {
    return marks;
  }

  /** What other daemons ask. */
  public ReplicaRepair replica() {
    return replica;
  }

  /** For who has to make two replicas alike before something else can be done. */
  public Reconciler reconciler() {
    return reconciler;
  }

  /** As {@code sedna_peer.thrift} says. */
  public CompletionStage<RepairProgress> repairPartitions(RepairOrder order) {
    return orders.order(order);
  }

  /** For tests: a round now, unless one is under way. */
  void round() {
    worker.execute(antiEntropy::round);
  }

  @Override
  public void close() {
    worker.close();
  }
}
