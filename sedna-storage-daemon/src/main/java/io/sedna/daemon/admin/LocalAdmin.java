// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.admin;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.PartitionMapCodec;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.controller.ControllerAdmin;
import io.sedna.daemon.server.AdminService;
import io.sedna.thrift.convert.Schemas;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.PartitionMapResult;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import io.sedna.thrift.generated.Statistics;
import io.sedna.thrift.generated.TableAlteration;
import io.sedna.thrift.generated.TableInfo;
import io.sedna.thrift.generated.TableMemory;
import io.sedna.thrift.generated.TableSchema;
import io.sedna.thrift.generated.TableStatistics;
import io.sedna.thrift.peer.PeerStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Does administrative calls on this daemon: what every daemon knows it answers itself, the rest is
 * this daemon's controller's, NO_CONTROLLER where that is not the active one. Never passes a call
 * on, but statistics are gathered from all daemons.
 */
@InterfaceAudience.Private
public final class LocalAdmin implements AdminService {
  private final ClusterView view;
  private final ControllerAdmin controller;
  private final LocalStatistics statistics;
  private final RpcPeers peers;

  public LocalAdmin(
      ClusterView view, ControllerAdmin controller, LocalStatistics statistics, RpcPeers peers) {
    this.view = view;
    this.controller = controller;
    this.statistics = statistics;
    this.peers = peers;
  }

  @Override
  public CompletionStage<List<TableInfo>> listTables(String dataset) {
    String wanted = dataset == null ? "" : dataset;
    return CompletableFuture.completedFuture(
        view.catalogue().tables().stream()
            .filter(table -> wanted.isEmpty() || table.name().dataset().equals(wanted))
            .map(Schemas::toThrift)
            .toList());
  }

  @Override
  public CompletionStage<TableInfo> describeTable(String name) {
    Table table = view.catalogue().require(name == null ? "" : name);
    return CompletableFuture.completedFuture(Schemas.toThrift(table));
  }

  @Override
  public CompletionStage<PartitionMapResult> partitionMap(long knownEpoch) {
    PartitionMap map =
        view.map()
            .orElseThrow(
                () ->
                    new SednaException(
                        ErrorCode.LOADING,
                        "there is no partition map yet: the instance is starting"));
    var result = new PartitionMapResult(map.epoch());
    if (knownEpoch < map.epoch()) {
      result.setEncoded(PartitionMapCodec.encode(map));
    }
    return CompletableFuture.completedFuture(result);
  }

  /** Daemons that do not answer in time are left out. */
  @Override
  public CompletionStage<Statistics> statistics() {
    List<CompletableFuture<Optional<PeerStatistics>>> answers = new ArrayList<>();
    answers.add(CompletableFuture.completedFuture(Optional.of(statistics.get())));
    view.map()
        .ifPresent(
            map ->
                map.nodes().stream()
                    .filter(node -> !node.id().equals(view.self()))
                    .forEach(
                        node ->
                            answers.add(
                                peers
                                    .statistics(node)
                                    .handle((answer, failure) -> Optional.ofNullable(answer)))));
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all ->
                sum(
                    answers.stream()
                        .map(CompletableFuture::join)
                        .flatMap(Optional::stream)
                        .toList()));
  }

  private static Statistics sum(List<PeerStatistics> parts) {
    var tables = new TreeMap<String, TableStatistics>();
    var memory = new HashMap<String, TableMemory>();
    var sum = new Statistics(new ArrayList<>(), new ArrayList<>());
    for (PeerStatistics part : parts) {
      sum.addToNodes(part.getNode());
      for (TableStatistics table : part.getPrimaryTables()) {
        tables.merge(
            table.getName(),
            table,
            (one, other) ->
                new TableStatistics(
                    one.getName(),
                    one.getRecords() + other.getRecords(),
                    one.getBytes() + other.getBytes()));
      }
    }
    for (PeerStatistics part : parts) {
      if (part.isSetMemory()) {
        part.getMemory().forEach((name, held) -> memory.merge(name, held, LocalAdmin::plus));
      }
    }
    tables.values().forEach(table -> table.setMemory(memory.get(table.getName())));
    sum.setTables(new ArrayList<>(tables.values()));
    return sum;
  }

  private static TableMemory plus(TableMemory one, TableMemory other) {
    return new TableMemory(
        one.getLiveBytes() + other.getLiveBytes(),
        one.getDeadBytes() + other.getDeadBytes(),
        one.getIndexBytes() + other.getIndexBytes(),
        one.getEvictions() + other.getEvictions(),
        one.getExpirations() + other.getExpirations(),
        one.getHits() + other.getHits(),
        one.getMisses() + other.getMisses());
  }

  @Override
  public CompletionStage<TableInfo> createTable(TableSchema schema) {
    return controller.createTable(schema);
  }

  @Override
  public CompletionStage<TableInfo> alterTable(String name, TableAlteration alteration) {
    return controller.alterTable(name, alteration);
  }

  @Override
  public CompletionStage<Void> dropTable(String name) {
    return controller.dropTable(name);
  }

  @Override
  public CompletionStage<TableInfo> truncateTable(String name) {
    return controller.truncateTable(name);
  }

  @Override
  public CompletionStage<ClusterState> clusterState() {
    return controller.clusterState();
  }

  @Override
  public CompletionStage<OperationInfo> drain(String nodeId) {
    return controller.drain(nodeId);
  }

  @Override
  public CompletionStage<Void> undrain(String nodeId) {
    return controller.undrain(nodeId);
  }

  @Override
  public CompletionStage<OperationInfo> repair(List<String> tables) {
    return controller.repair(tables);
  }

  @Override
  public CompletionStage<OperationInfo> rebalance() {
    return controller.rebalance();
  }

  @Override
  public CompletionStage<List<Integer>> acceptLoss(List<Integer> partitions) {
    return controller.acceptLoss(partitions);
  }

  @Override
  public CompletionStage<Void> freeze() {
    return controller.freeze();
  }

  @Override
  public CompletionStage<Void> thaw() {
    return controller.thaw();
  }

  @Override
  public CompletionStage<OperationInfo> snapshot(SnapshotRequest request) {
    return controller.snapshot(request);
  }

  @Override
  public CompletionStage<List<SnapshotInfo>> listSnapshots() {
    return controller.listSnapshots();
  }

  @Override
  public CompletionStage<Void> deleteSnapshot(String name) {
    return controller.deleteSnapshot(name);
  }

  @Override
  public CompletionStage<OperationInfo> restore(RestoreRequest request) {
    return controller.restore(request);
  }

  @Override
  public CompletionStage<OperationInfo> describeOperation(String id) {
    return controller.describeOperation(id);
  }
}
