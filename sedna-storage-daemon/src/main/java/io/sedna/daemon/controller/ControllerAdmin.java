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
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The administrative calls that only the active controller can do. Nothing blocks; futures fail
 * with {@link SednaException}, NO_CONTROLLER where this controller is not active. Thread-safe.
 */
@InterfaceAudience.Private
public final class ControllerAdmin {
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
    return controller.call(
        term -> {
          requireKnown(term, node);
          if (!term.core().draining().contains(node)) {
            requireOthers(term, node);
            var draining = new TreeSet<>(term.core().draining());
            draining.add(node);
            term.draining(draining);
            return controller
                .operations()
                .start(Controller.drainId(node), "drain", node.value(), term.replicas(node))
                .info();
          }
          return controller.operations().get(Controller.drainId(node)).info();
        });
  }

  public CompletableFuture<Void> undrain(String nodeId) {
    NodeId node = new NodeId(required(nodeId, "nodeId"));
    return controller.call(
        term -> {
          var draining = new TreeSet<>(term.core().draining());
          if (!draining.remove(node)) {
            requireKnown(term, node);
            return null;
          }
          term.draining(draining);
          controller
              .operations()
              .find(Controller.drainId(node))
              .ifPresent(
                  operation ->
                      operation.fail(
                          new SednaException(
                              ErrorCode.INVALID_ARGUMENT, "the drain was taken back")));
          return null;
        });
  }

  private static void requireKnown(Term term, NodeId node) {
    boolean known =
        term.members().containsKey(node)
            || term.core()
                .map()
                .map((PartitionMap map) -> map.node(node).isPresent())
                .orElse(false);
    if (!known) {
      throw new SednaException(ErrorCode.NODE_NOT_FOUND, "no such daemon: " + node);
    }
  }

  private static void requireOthers(Term term, NodeId node) {
    boolean others =
        term.members().keySet().stream()
            .anyMatch(other -> !other.equals(node) && !term.core().draining().contains(other));
    if (!others) {
      throw new SednaException(
          ErrorCode.IMPOSSIBLE_RESOURCES,
          "no daemon is left to take the partitions of "
              + node
              + ": live="
              + term.members().keySet());
    }
  }

  public CompletableFuture<OperationInfo> repair(List<String> tables) {
    throw notYet("repair");
  }

  public CompletableFuture<OperationInfo> rebalance() {
    throw notYet("rebalance");
  }

  public CompletableFuture<List<Integer>> acceptLoss(List<Integer> partitions) {
    throw notYet("acceptLoss");
  }

  private static SednaException notYet(String what) {
    return new SednaException(ErrorCode.NOT_SUPPORTED, what + " is not supported");
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
