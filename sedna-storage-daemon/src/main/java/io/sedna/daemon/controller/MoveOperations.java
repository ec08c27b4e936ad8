// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.thrift.generated.OperationInfo;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Drains and rebalances, as those see them who ordered them: how many moves of replicas are left.
 * Used on the controller's scheduler alone.
 */
final class MoveOperations {
  private static final String DRAIN = "drain";
  private static final String REBALANCE = "rebalance";

  private final OperationRegistry operations;
  private Optional<Operation> rebalance = Optional.empty();

  MoveOperations(OperationRegistry operations) {
    this.operations = operations;
  }

  /** A term has begun: its drains go on. */
  void activated(Term term) {
    rebalance = Optional.empty();
    for (NodeId drained : term.core().draining()) {
      operations.start(drainId(drained), DRAIN, drained.value(), term.replicas(drained));
    }
  }

  private static String drainId(NodeId drained) {
    return DRAIN + "-" + drained;
  }

  /**
   * Begins a drain, or answers the one that goes on.
   *
   * @throws SednaException NODE_NOT_FOUND; IMPOSSIBLE_RESOURCES where too few daemons would be left
   */
  OperationInfo drain(Term term, NodeId node) {
    requireKnown(term, node);
    if (term.core().draining().contains(node)) {
      return operations.get(drainId(node)).info();
    }
    requireOthers(term, node);
    var draining = new TreeSet<>(term.core().draining());
    draining.add(node);
    term.draining(draining);
    return operations.start(drainId(node), DRAIN, node.value(), term.replicas(node)).info();
  }

  /**
   * @throws SednaException NODE_NOT_FOUND
   */
  void undrain(Term term, NodeId node) {
    var draining = new TreeSet<>(term.core().draining());
    if (!draining.remove(node)) {
      requireKnown(term, node);
      return;
    }
    term.draining(draining);
    operations
        .find(drainId(node))
        .ifPresent(
            operation ->
                operation.fail(
                    new SednaException(ErrorCode.INVALID_ARGUMENT, "the drain was taken back")));
  }

  /** Begins to balance now, or answers the operation that goes on. */
  OperationInfo rebalance(Term term, long nowMs) {
    Operation operation =
        rebalance
            .filter(Operation::running)
            .orElseGet(() -> operations.start(REBALANCE, "all", term.core().moves()));
    rebalance = Optional.of(operation);
    term.core().rebalanceNow(nowMs);
    return operation.info();
  }

  /**
   * @param changed whether the map has just become another
   */
  void stepped(Term term, boolean changed) {
    for (NodeId drained : term.core().draining()) {
      operations
          .find(drainId(drained))
          .filter(Operation::running)
          .ifPresent(operation -> follow(operation, term.replicas(drained), false));
    }
    rebalance
        .filter(Operation::running)
        .ifPresent(operation -> follow(operation, term.core().moves(), changed));
  }

  private static void follow(Operation operation, int left, boolean goesOn) {
    operation.left(left);
    if (left == 0 && !goesOn) {
      operation.succeed();
    }
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

  /** Every table must find as many daemons as it has copies. */
  private static void requireOthers(Term term, NodeId node) {
    Set<NodeId> left = new TreeSet<>(term.members().keySet());
    left.removeAll(term.core().draining());
    left.remove(node);
    if (left.isEmpty()) {
      throw new SednaException(
          ErrorCode.IMPOSSIBLE_RESOURCES,
          "no daemon is left to take the partitions of "
              + node
              + ": live="
              + term.members().keySet()
              + ", draining="
              + term.core().draining());
    }
    for (Table table : term.tables().all()) {
      int copies = table.schema().replicas();
      if (left.size() < copies) {
        throw new SednaException(
            ErrorCode.IMPOSSIBLE_RESOURCES,
            "too few daemons would be left without "
                + node
                + ": table "
                + table.name()
                + " keeps N="
                + copies
                + " copies, left="
                + left
                + ", draining="
                + term.core().draining()
                + "; add a daemon first");
      }
    }
  }
}
