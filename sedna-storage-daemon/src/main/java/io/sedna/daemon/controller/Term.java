// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.cluster.TableCatalogue;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term of this daemon's controller, from taking over to being deposed. Used by the controller's
 * thread alone, except {@link #live}.
 */
final class Term implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Term.class);

  private final InstanceStore store;
  private final ControllerCore core;
  private Map<NodeId, Member> members = Map.of();
  private TableCatalogue tables;
  private boolean frozen;
  private volatile Collection<MapNode> live = List.of();

  /** Takes over. */
  Term(
      InstanceStore store,
      ControllerSettings settings,
      MapNode self,
      long nowMs,
      Runnable membersChanged) {
    this.store = store;
    store.takeOver(self);
    InstanceStore.Contents contents = store.read();
    tables = contents.tables();
    frozen = contents.frozen();
    core = new ControllerCore(settings, contents.map(), nowMs);
    core.drainingAre(contents.draining());
    boolean created = contents.map().isEmpty() && tables.version() == 0;
    if (created && settings.restoreOnStart().isPresent()) {
      change(before -> CatalogueEdits.pendingRestore(before, settings.restoreOnStart()));
    }
    forgetInterruptedRestores();
    store.watchMembers(membersChanged);
  }

  /** A restore belongs to the term that began it; what it had made so far is of no use. */
  private void forgetInterruptedRestores() {
    Set<Integer> restoring =
        tables.all().stream().filter(Table::restoring).map(Table::id).collect(Collectors.toSet());
    if (!restoring.isEmpty()) {
      LOG.warn("discarding tables of an interrupted restore: ids={}", restoring);
      change(before -> CatalogueEdits.discard(before, restoring));
    }
  }

  ControllerCore core() {
    return core;
  }

  TableCatalogue tables() {
    return tables;
  }

  boolean frozen() {
    return frozen;
  }

  Map<NodeId, Member> members() {
    return members;
  }

  /** Live daemons as of the last step. Thread-safe. */
  Collection<MapNode> live() {
    return live;
  }

  /** Changes the catalogue; answers what it has become. */
  TableCatalogue change(UnaryOperator<TableCatalogue> edit) {
    TableCatalogue after = edit.apply(tables);
    store.writeTables(after);
    tables = after;
    return after;
  }

  void freeze(boolean now) {
    store.writeFrozen(now);
    frozen = now;
  }

  /**
   * @throws SednaException NO_CONTROLLER: another controller has begun a term
   */
  void check() {
    store.check();
  }

  void draining(Set<NodeId> nodes) {
    store.writeDraining(nodes);
    core.drainingAre(nodes);
  }

  /** Takes in who is there, and writes the map that follows; answers whether it changed. */
  boolean step(long nowMs) {
    Optional<Collection<Member>> now = store.members();
    if (now.isEmpty()) {
      return false;
    }
    var byId = new TreeMap<NodeId, Member>();
    now.get().forEach(member -> byId.put(member.node().id(), member));
    members = byId;
    live = byId.values().stream().map(Member::node).toList();
    core.membersAre(live, nowMs);
    Optional<PartitionMap> next = core.next(nowMs);
    if (next.isEmpty()) {
      endDrainsOfTheDeparted();
      return false;
    }
    try {
      store.writeMap(next.get());
    } catch (RuntimeException e) {
      core.notCommitted();
      throw e;
    }
    core.committed(next.get());
    LOG.info("wrote {}", next.get());
    endDrainsOfTheDeparted();
    return true;
  }

  /** A node that was drained and has left may come back as any other. */
  private void endDrainsOfTheDeparted() {
    var draining = new TreeSet<>(core.draining());
    boolean some =
        draining.removeIf(
            node ->
                !members.containsKey(node)
                    && core.map().map(map -> map.node(node).isEmpty()).orElse(true));
    if (some) {
      draining(draining);
    }
  }

  /** Replicas that a node holds. */
  int replicas(NodeId node) {
    return core.map().map(map -> replicas(map, node)).orElse(0);
  }

  private static int replicas(PartitionMap map, NodeId node) {
    int index = map.nodeIndex(node);
    int count = 0;
    for (int p = 0; index >= 0 && p < map.partitions(); p++) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        count += map.replicaNodeIndex(p, i) == index ? 1 : 0;
      }
    }
    return count;
  }

  @Override
  public void close() {
    try {
      store.close();
    } catch (Exception e) {
      LOG.warn("cannot end the term cleanly", e);
    }
  }
}
