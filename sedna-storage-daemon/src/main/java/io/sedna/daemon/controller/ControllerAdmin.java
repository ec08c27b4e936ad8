// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.persistence.SnapshotService;
import io.sedna.thrift.convert.Schemas;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import io.sedna.thrift.generated.TableAlteration;
import io.sedna.thrift.generated.TableInfo;
import io.sedna.thrift.generated.TableSchema;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administrative calls that only the active controller can do. Nothing blocks; futures fail
 * with {@link SednaException}, NO_CONTROLLER where this controller is not active. Thread-safe.
 */
@InterfaceAudience.Private
public final class ControllerAdmin {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerAdmin.class);

  private final Controller controller;
  private final SnapshotDuties snapshots;

  ControllerAdmin(Controller controller, SnapshotDuties snapshots) {
    this.controller = controller;
    this.snapshots = snapshots;
  }

  private SnapshotService service() {
    return snapshots.service();
  }

  public CompletableFuture<TableInfo> createTable(TableSchema schema) {
    var legal = Schemas.toCommon(required(schema, "schema"), controller.settings().replication());
    return changed(
        before -> CatalogueEdits.create(before, legal, controller.clock().millis()),
        legal.name().toString());
  }

  public CompletableFuture<TableInfo> alterTable(String name, TableAlteration alteration) {
    required(alteration, "alteration");
    return changed(
        before -> CatalogueEdits.alter(before, name, schema -> Schemas.altered(schema, alteration)),
        name);
  }

  public CompletableFuture<TableInfo> truncateTable(String name) {
    return changed(
        before -> CatalogueEdits.truncate(before, name, controller.clock().millis()), name);
  }

  public CompletableFuture<Void> dropTable(String name) {
    return controller
        .call(term -> term.change(before -> CatalogueEdits.drop(before, name)))
        .thenCompose(after -> controller.syncCatalogue(after.version()));
  }

  /** Answers the table when every live daemon knows the change. */
  private CompletableFuture<TableInfo> changed(UnaryOperator<TableCatalogue> edit, String name) {
    return controller
        .call(term -> term.change(edit))
        .thenCompose(
            after -> {
              Table table = CatalogueEdits.find(after, name);
              return controller
                  .syncCatalogue(after.version())
                  .thenApply(known -> Schemas.toThrift(table));
            });
  }

  public CompletableFuture<ClusterState> clusterState() {
    return controller.call(
        term -> ClusterStates.of(controller.settings(), controller.self(), term));
  }

  public CompletableFuture<OperationInfo> drain(String nodeId) {
    NodeId node = new NodeId(required(nodeId, "nodeId"));
    return controller.call(term -> controller.moveOperations().drain(term, node));
  }

  public CompletableFuture<Void> undrain(String nodeId) {
    NodeId node = new NodeId(required(nodeId, "nodeId"));
    return controller.call(
        term -> {
          controller.moveOperations().undrain(term, node);
          return null;
        });
  }

  public CompletableFuture<OperationInfo> repair(List<String> tables) {
    return controller.call(term -> controller.repairs().repair(term, tables));
  }

  public CompletableFuture<OperationInfo> rebalance() {
    return controller.call(term -> controller.moveOperations().rebalance(term, controller.nowMs()));
  }

  /** Answers when every live daemon knows the map in which the partitions serve again. */
  public CompletableFuture<List<Integer>> acceptLoss(List<Integer> partitions) {
    return controller
        .call(term -> acceptLoss(term, partitions))
        .thenCompose(
            accepted ->
                controller.syncMap(accepted.epoch()).thenApply(known -> accepted.partitions()));
  }

  private record Accepted(List<Integer> partitions, long epoch) {}

  private Accepted acceptLoss(Term term, List<Integer> partitions) {
    List<Integer> accepted =
        List.copyOf(term.core().acceptLoss(partitions == null ? List.of() : partitions));
    if (!accepted.isEmpty()) {
      LOG.warn("what partitions {} held is accepted as lost", accepted);
      term.step(controller.nowMs());
    }
    return new Accepted(accepted, term.core().map().map(PartitionMap::epoch).orElse(0L));
  }

  public CompletableFuture<Void> freeze() {
    return freeze(true);
  }

  public CompletableFuture<Void> thaw() {
    return freeze(false);
  }

  private CompletableFuture<Void> freeze(boolean frozen) {
    return controller
        .call(
            term -> {
              if (term.frozen() != frozen) {
                term.freeze(frozen);
              }
              return null;
            })
        .thenCompose(written -> controller.syncFrozen(frozen));
  }

  public CompletableFuture<OperationInfo> snapshot(SnapshotRequest request) {
    return active()
        .thenCompose(
            yes -> service().prepareSnapshot(request == null ? new SnapshotRequest() : request))
        .thenApply(snapshots::run);
  }

  public CompletableFuture<OperationInfo> restore(RestoreRequest request) {
    required(request, "request");
    return active().thenCompose(yes -> service().prepareRestore(request)).thenApply(snapshots::run);
  }

  public CompletableFuture<List<SnapshotInfo>> listSnapshots() {
    return active().thenCompose(yes -> service().list());
  }

  public CompletableFuture<Void> deleteSnapshot(String name) {
    required(name, "name");
    return active().thenCompose(yes -> service().delete(name));
  }

  public CompletableFuture<OperationInfo> describeOperation(String id) {
    required(id, "id");
    return controller.call(term -> controller.operations().get(id).info());
  }

  private CompletableFuture<Void> active() {
    return controller.call(term -> null);
  }

  private static <T> T required(T value, String what) {
    if (value == null) {
      throw new SednaException(ErrorCode.INVALID_ARGUMENT, "missing: " + what);
    }
    return value;
  }
}
