// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.admin;

import io.sedna.common.id.NodeId;
import io.sedna.daemon.cluster.ClusterSync;
import io.sedna.daemon.controller.Controller;
import io.sedna.daemon.persistence.SnapshotOrders;
import io.sedna.daemon.server.PeerAdminService;
import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.LoadResult;
import io.sedna.thrift.peer.PartitionLoads;
import io.sedna.thrift.peer.PeerStatistics;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.hadoop.classification.InterfaceAudience;

/** Brings what other daemons ask to those who do it. */
@InterfaceAudience.Private
public final class PeerAdmin implements PeerAdminService {
  private final Controller controller;
  private final ClusterSync sync;
  private final LocalStatistics statistics;
  private final SnapshotOrders orders;

  public PeerAdmin(
      Controller controller, ClusterSync sync, LocalStatistics statistics, SnapshotOrders orders) {
    this.controller = controller;
    this.sync = sync;
    this.statistics = statistics;
    this.orders = orders;
  }

  @Override
  public CompletionStage<List<Integer>> partitionsReady(
      String nodeId, long incarnation, long epoch, List<Integer> partitions) {
    return controller.partitionsReady(new NodeId(nodeId), incarnation, epoch, partitions);
  }

  @Override
  public CompletionStage<Void> reportUnreachable(
      String reporter, long epoch, List<String> nodeIds) {
    return controller.reportUnreachable(
        new NodeId(reporter), epoch, nodeIds.stream().map(NodeId::new).toList());
  }

  @Override
  public CompletionStage<Void> syncCatalogue(long version) {
    return sync.catalogue(version);
  }

  @Override
  public CompletionStage<Void> syncFrozen(boolean frozen) {
    return sync.frozen(frozen);
  }

  @Override
  public CompletionStage<Void> syncMap(long epoch) {
    return sync.map(epoch);
  }

  @Override
  public CompletionStage<PartitionLoads> partitionLoads() {
    return CompletableFuture.completedFuture(statistics.loads());
  }

  @Override
  public CompletionStage<PeerStatistics> peerStatistics() {
    return CompletableFuture.completedFuture(statistics.get());
  }

  @Override
  public CompletionStage<List<SnapshotFile>> writeSnapshotFiles(SnapshotOrder order) {
    return orders.writeSnapshotFiles(order);
  }

  @Override
  public CompletionStage<Void> verifySnapshotFiles(LoadOrder order) {
    return orders.verifySnapshotFiles(order);
  }

  @Override
  public CompletionStage<LoadResult> loadSnapshotFiles(LoadOrder order) {
    return orders.loadSnapshotFiles(order);
  }
}
