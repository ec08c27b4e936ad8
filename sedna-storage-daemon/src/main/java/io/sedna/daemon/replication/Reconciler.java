// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.MapNode;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.metrics.DaemonMetrics;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Makes this daemon's replica of one table's partition and that of another daemon alike: afterwards
 * both hold everything that either held when it began, whatever was written meanwhile. Both serve
 * the partition.
 *
 * <p>Digests are compared from the root of the hash trees down to the leaves that differ. Of the
 * records under those, this daemon sends fingerprints of little more than a byte each ({@link
 * io.sedna.daemon.replication.repair.FingerprintSet}); the other one answers which of them it does
 * not know, and heads of its records that were not among them ({@link
 * io.sedna.daemon.replication.repair.Head}). From these follows which record has to go which way,
 * and only those go. Short fingerprints overlook a few differences, which the digests then still
 * show: the same is done again for the leaves that are left, with longer ones, and at last with
 * such that overlook nothing.
 *
 * <p>Everything is a merge, so it does no harm to do it twice, to both sides at once, or half.
 * Memory is bounded by some thousand records and some MiB of their bytes on each side. Thread-safe;
 * nothing blocks.
 */
@InterfaceAudience.Private
public final class Reconciler {
  final ReplicaService replica;
  final MapTracker maps;
  final RepairStores stores;
  final LocalDigests digests;
  final RepairPeers peers;
  final int batchBytes;
  final SerialScheduler worker;
  final RepairPace pace;
  final DaemonMetrics metrics;

  /**
   * What it took.
   *
   * @param pulled records that came from the other one because something of them was missing here
   * @param pushed records that went to the other one
   * @param bytes sent in both directions, those of the comparison included
   */
  public record Outcome(long pulled, long pushed, long bytes) {
    public static final Outcome NOTHING = new Outcome(0, 0, 0);

    Outcome plus(Outcome other) {
      return new Outcome(pulled + other.pulled, pushed + other.pushed, bytes + other.bytes);
    }
  }

  /**
   * @param batchBytes of records in one message, about
   * @param worker does everything of this daemon's repairs
   */
  Reconciler(
      ReplicaService replica,
      MapTracker maps,
      RepairStores stores,
      LocalDigests digests,
      RepairPeers peers,
      int batchBytes,
      SerialScheduler worker,
      RepairPace pace,
      DaemonMetrics metrics) {
    this.replica = replica;
    this.maps = maps;
    this.stores = stores;
    this.digests = digests;
    this.peers = peers;
    this.batchBytes = batchBytes;
    this.worker = worker;
    this.pace = pace;
    this.metrics = metrics;
  }

  /**
   * Makes two replicas alike.
   *
   * @param urgent not slowed down by the bandwidth that repair may take: somebody waits for it
   * @return fails with a {@link io.sedna.common.error.SednaException} where one of the two does not
   *     serve the partition, or has no memory, or does not answer; what was done until then stays
   */
  public CompletableFuture<Outcome> reconcile(
      int tableId, int partition, MapNode peer, boolean urgent) {
    var reconciliation = new Reconciliation(this, tableId, partition, peer, urgent);
    worker.execute(reconciliation::start);
    return reconciliation.done();
  }
}
