// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.partition.MapNode;
import io.sedna.daemon.controller.ControllerPeers;
import io.sedna.daemon.replication.PeerNetwork;
import io.sedna.thrift.peer.PartitionLoads;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import io.sedna.thrift.peer.SednaPeer;
import java.util.concurrent.CompletableFuture;

/** What a controller asks of daemons, over the simulated network. */
final class SimulatedControllerPeers implements ControllerPeers {
  private static final long TIMEOUT_MS = 6000;

  private final PeerNetwork network;

  SimulatedControllerPeers(PeerNetwork network) {
    this.network = network;
  }

  @Override
  public CompletableFuture<Void> syncCatalogue(MapNode node, long version) {
    return network
        .call(
            node,
            "syncCatalogue",
            new SednaPeer.syncCatalogue_args(version),
            SednaPeer.syncCatalogue_result::new,
            TIMEOUT_MS)
        .thenApply(done -> null);
  }

  @Override
  public CompletableFuture<Void> syncMap(MapNode node, long epoch) {
    return network
        .call(
            node,
            "syncMap",
            new SednaPeer.syncMap_args(epoch),
            SednaPeer.syncMap_result::new,
            TIMEOUT_MS)
        .thenApply(done -> null);
  }

  @Override
  public CompletableFuture<Void> syncFrozen(MapNode node, boolean frozen) {
    return network
        .call(
            node,
            "syncFrozen",
            new SednaPeer.syncFrozen_args(frozen),
            SednaPeer.syncFrozen_result::new,
            TIMEOUT_MS)
        .thenApply(done -> null);
  }

  @Override
  public CompletableFuture<PartitionLoads> partitionLoads(MapNode node) {
    return network
        .call(
            node,
            "partitionLoads",
            new SednaPeer.partitionLoads_args(),
            SednaPeer.partitionLoads_result::new,
            TIMEOUT_MS)
        .thenApply(SednaPeer.partitionLoads_result::getSuccess);
  }

  @Override
  public CompletableFuture<RepairProgress> repairPartitions(MapNode node, RepairOrder order) {
    return network
        .call(
            node,
            "repairPartitions",
            new SednaPeer.repairPartitions_args(order),
            SednaPeer.repairPartitions_result::new,
            TIMEOUT_MS)
        .thenApply(SednaPeer.repairPartitions_result::getSuccess);
  }
}
