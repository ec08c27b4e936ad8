// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.admin;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.daemon.server.AdminService;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.PartitionMapResult;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import io.sedna.thrift.generated.Statistics;
import io.sedna.thrift.generated.TableAlteration;
import io.sedna.thrift.generated.TableInfo;
import io.sedna.thrift.generated.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.TBase;

/**
 * Administrative calls as they come from clients, to any daemon: what only the active controller
 * can do is passed to its daemon, once; NO_CONTROLLER while there is none.
 */
@InterfaceAudience.Private
public final class ForwardingAdmin implements AdminService {
  private final AdminService local;
  private final BooleanSupplier active;
  private final Supplier<Optional<MapNode>> controller;
  private final RpcPeers peers;

  /**
   * @param local does calls on this daemon
   * @param active whether this daemon's controller is the active one
   * @param controller where the active one is, as far as this daemon knows
   */
  public ForwardingAdmin(
      AdminService local,
      BooleanSupplier active,
      Supplier<Optional<MapNode>> controller,
      RpcPeers peers) {
    this.local = local;
    this.active = active;
    this.controller = controller;
    this.peers = peers;
  }

  private <R extends TBase<?, ?>, T> CompletionStage<T> controllers(
      Supplier<CompletionStage<T>> here,
      String method,
      Supplier<TBase<?, ?>> arguments,
      R emptyResult,
      Function<R, T> value) {
    if (active.getAsBoolean()) {
      return here.get();
    }
    MapNode node =
        controller
            .get()
            .orElseThrow(
                () ->
                    new SednaException(
                        ErrorCode.NO_CONTROLLER,
                        "no controller is active at the moment: try again"));
    return peers
        .administer(node, method, AdminCodec.write(arguments.get()))
        .thenApply(bytes -> value.apply(AdminCodec.read(emptyResult, bytes)));
  }

  @Override
  public CompletionStage<TableInfo> createTable(TableSchema schema) {
    return controllers(
        () -> local.createTable(schema),
        "createTable",
        () -> new Sedna.createTable_args(schema),
        new Sedna.createTable_result(),
        Sedna.createTable_result::getSuccess);
  }

  @Override
  public CompletionStage<TableInfo> alterTable(String name, TableAlteration alteration) {
    return controllers(
        () -> local.alterTable(name, alteration),
        "alterTable",
        () -> new Sedna.alterTable_args(name, alteration),
        new Sedna.alterTable_result(),
        Sedna.alterTable_result::getSuccess);
  }

  @Override
  public CompletionStage<Void> dropTable(String name) {
    return controllers(
        () -> local.dropTable(name),
        "dropTable",
        () -> new Sedna.dropTable_args(name),
        new Sedna.dropTable_result(),
        result -> null);
  }

  @Override
  public CompletionStage<TableInfo> truncateTable(String name) {
    return controllers(
        () -> local.truncateTable(name),
        "truncateTable",
        () -> new Sedna.truncateTable_args(name),
        new Sedna.truncateTable_result(),
        Sedna.truncateTable_result::getSuccess);
  }

  @Override
  public CompletionStage<List<TableInfo>> listTables(String dataset) {
    return local.listTables(dataset);
  }

  @Override
  public CompletionStage<TableInfo> describeTable(String name) {
    return local.describeTable(name);
  }

  @Override
  public CompletionStage<ClusterState> clusterState() {
    return controllers(
        local::clusterState,
        "clusterState",
        Sedna.clusterState_args::new,
        new Sedna.clusterState_result(),
        Sedna.clusterState_result::getSuccess);
  }

  @Override
  public CompletionStage<PartitionMapResult> partitionMap(long knownEpoch) {
    return local.partitionMap(knownEpoch);
  }

  @Override
  public CompletionStage<Statistics> statistics() {
    return local.statistics();
  }

  @Override
  public CompletionStage<OperationInfo> drain(String nodeId) {
    return controllers(
        () -> local.drain(nodeId),
        "drain",
        () -> new Sedna.drain_args(nodeId),
        new Sedna.drain_result(),
        Sedna.drain_result::getSuccess);
  }

  @Override
  public CompletionStage<Void> undrain(String nodeId) {
    return controllers(
        () -> local.undrain(nodeId),
        "undrain",
        () -> new Sedna.undrain_args(nodeId),
        new Sedna.undrain_result(),
        result -> null);
  }

  @Override
  public CompletionStage<OperationInfo> repair(List<String> tables) {
    return controllers(
        () -> local.repair(tables),
        "repair",
        () -> new Sedna.repair_args(tables),
        new Sedna.repair_result(),
        Sedna.repair_result::getSuccess);
  }

  @Override
  public CompletionStage<OperationInfo> rebalance() {
    return controllers(
        local::rebalance,
        "rebalance",
        Sedna.rebalance_args::new,
        new Sedna.rebalance_result(),
        Sedna.rebalance_result::getSuccess);
  }

  @Override
  public CompletionStage<List<Integer>> acceptLoss(List<Integer> partitions) {
    return controllers(
        () -> local.acceptLoss(partitions),
        "acceptLoss",
        () -> new Sedna.acceptLoss_args(partitions),
        new Sedna.acceptLoss_result(),
        Sedna.acceptLoss_result::getSuccess);
  }

  @Override
  public CompletionStage<Void> freeze() {
    return controllers(
        local::freeze, "freeze", Sedna.freeze_args::new, new Sedna.freeze_result(), result -> null);
  }

  @Override
  public CompletionStage<Void> thaw() {
    return controllers(
        local::thaw, "thaw", Sedna.thaw_args::new, new Sedna.thaw_result(), result -> null);
  }

  @Override
  public CompletionStage<OperationInfo> snapshot(SnapshotRequest request) {
    return controllers(
        () -> local.snapshot(request),
        "snapshot",
        () -> new Sedna.snapshot_args(request),
        new Sedna.snapshot_result(),
        Sedna.snapshot_result::getSuccess);
  }

  @Override
  public CompletionStage<List<SnapshotInfo>> listSnapshots() {
    return controllers(
        local::listSnapshots,
        "listSnapshots",
        Sedna.listSnapshots_args::new,
        new Sedna.listSnapshots_result(),
        Sedna.listSnapshots_result::getSuccess);
  }

  @Override
  public CompletionStage<Void> deleteSnapshot(String name) {
    return controllers(
        () -> local.deleteSnapshot(name),
        "deleteSnapshot",
        () -> new Sedna.deleteSnapshot_args(name),
        new Sedna.deleteSnapshot_result(),
        result -> null);
  }

  @Override
  public CompletionStage<OperationInfo> restore(RestoreRequest request) {
    return controllers(
        () -> local.restore(request),
        "restore",
        () -> new Sedna.restore_args(request),
        new Sedna.restore_result(),
        Sedna.restore_result::getSuccess);
  }

  @Override
  public CompletionStage<OperationInfo> describeOperation(String id) {
    return controllers(
        () -> local.describeOperation(id),
        "describeOperation",
        () -> new Sedna.describeOperation_args(id),
        new Sedna.describeOperation_result(),
        Sedna.describeOperation_result::getSuccess);
  }
}
