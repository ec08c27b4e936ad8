// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.persistence.SnapshotService;
import io.sedna.thrift.peer.PartitionLoads;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A controller with everything around it in memory, in a test's time. */
final class TestInstance {
  static final long DELAY_MS = 1000;

  final TestTime time = new TestTime();
  final Map<NodeId, Member> members = new TreeMap<>();

  /** Do not answer anything. */
  final Set<NodeId> silent = new HashSet<>();

  final List<PartitionMap> maps = new ArrayList<>();
  BiFunction<MapNode, RepairOrder, RepairProgress> repairer = TestInstance::repaired;
  Function<MapNode, PartitionLoads> loads =
      node -> new PartitionLoads(List.of(), List.of(), List.of(), List.of());
  TableCatalogue tables = TableCatalogue.EMPTY;
  final Controller controller;

  /** How many terms have been begun. */
  int terms;

  private Set<NodeId> draining = Set.of();
  private boolean frozen;
  private Runnable changed = () -> {};

  TestInstance(int partitions, int replication, int daemons) {
    controller =
        new Controller(
            new ControllerSettings(
                "test", partitions, replication, daemons, 5000, DELAY_MS, Optional.empty()),
            new NodeId("a"),
            Store::new,
            new Peers(),
            time,
            time);
    controller.use(noSnapshots());
    for (int i = 0; i < daemons; i++) {
      join(String.valueOf((char) ('a' + i)), 1);
    }
    controller.start(members.get(new NodeId("a")).node());
    controller.lead();
    time.pass(10);
  }

  TestInstance join(String id, long incarnation) {
    var node = new MapNode(new NodeId(id), "host-" + id, 1, 2, "/rack", incarnation);
    members.put(node.id(), new Member(node, time.millis()));
    changed.run();
    return this;
  }

  void lose(String id) {
    members.remove(new NodeId(id));
    changed.run();
  }

  PartitionMap map() {
    return maps.get(maps.size() - 1);
  }

  ControllerAdmin admin() {
    return controller.admin();
  }

  int count(ReplicaState state) {
    PartitionMap map = map();
    return (int)
        IntStream.range(0, map.partitions())
            .mapToLong(p -> map.replicas(p).stream().filter(r -> r.state() == state).count())
            .sum();
  }

  /** Every live daemon reports filled what it is to fill. */
  void fill() {
    for (Member member : members.values()) {
      NodeId id = member.node().id();
      List<Integer> filling =
          IntStream.range(0, map().partitions())
              .filter(p -> map().replicaOn(p, id).equals(Optional.of(ReplicaState.FILLING)))
              .boxed()
              .toList();
      var unused =
          controller.partitionsReady(id, member.node().incarnation(), map().epoch(), filling);
    }
    time.pass(100);
  }

  static RepairProgress repaired(MapNode node, RepairOrder order) {
    int units = order.getTableIdsSize() * order.getPartitionsSize();
    return new RepairProgress(units, units, 0, 0, 0, true);
  }

  private static SnapshotService noSnapshots() {
    return (SnapshotService)
        Proxy.newProxyInstance(
            TestInstance.class.getClassLoader(),
            new Class<?>[] {SnapshotService.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "preparePeriodicSnapshot" ->
                      CompletableFuture.completedFuture(Optional.empty());
                  case "loadLostPartitions" -> CompletableFuture.completedFuture(Set.of());
                  default -> null;
                });
  }

  private final class Peers implements ControllerPeers {
    private <T> CompletableFuture<T> answer(MapNode node, T value) {
      boolean there = members.containsKey(node.id()) && !silent.contains(node.id());
      return there
          ? CompletableFuture.completedFuture(value)
          : CompletableFuture.failedFuture(
              new SednaException(ErrorCode.UNAVAILABLE, node.id() + " does not answer"));
    }

    @Override
    public CompletableFuture<Void> syncCatalogue(MapNode node, long version) {
      return answer(node, null);
    }

    @Override
    public CompletableFuture<Void> syncMap(MapNode node, long epoch) {
      return answer(node, null);
    }

    @Override
    public CompletableFuture<Void> syncFrozen(MapNode node, boolean now) {
      return answer(node, null);
    }

    @Override
    public CompletableFuture<PartitionLoads> partitionLoads(MapNode node) {
      return answer(node, loads.apply(node));
    }

    @Override
    public CompletableFuture<RepairProgress> repairPartitions(MapNode node, RepairOrder order) {
      return answer(node, repairer.apply(node, order));
    }
  }

  private final class Store implements InstanceStore {
    private int term;

    @Override
    public void takeOver(MapNode self) {
      term = ++terms;
    }

    @Override
    public void check() {
      if (term != terms) {
        throw new SednaException(ErrorCode.NO_CONTROLLER, "another controller has taken over");
      }
    }

    @Override
    public Contents read() {
      Optional<PartitionMap> map = maps.isEmpty() ? Optional.empty() : Optional.of(map());
      return new Contents(map, tables, draining, frozen);
    }

    @Override
    public void writeMap(PartitionMap map) {
      maps.add(map);
    }

    @Override
    public void writeTables(TableCatalogue written) {
      tables = written;
    }

    @Override
    public void writeDraining(Set<NodeId> nodes) {
      draining = Set.copyOf(nodes);
    }

    @Override
    public void writeFrozen(boolean now) {
      frozen = now;
    }

    @Override
    public void watchMembers(Runnable whenChanged) {
      changed = whenChanged;
      changed.run();
    }

    @Override
    public Optional<Collection<Member>> members() {
      return Optional.of(List.copyOf(members.values()));
    }

    @Override
    public void close() {
      changed = () -> {};
    }
  }
}
