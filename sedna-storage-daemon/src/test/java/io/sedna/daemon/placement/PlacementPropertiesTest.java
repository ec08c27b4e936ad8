// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.partition.ReplicaState;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.Test;

/**
 * Random histories of arrivals, losses, restarts, drains and reports, from seeds, with what must
 * always hold checked at every step against a model of which run of which node really holds data.
 */
public class PlacementPropertiesTest {
  private static final int PARTITIONS = 64;
  private static final int STEPS = 60;

  @Test
  public void shouldHoldAlwaysInSmallInstances() {
    for (int seed = 0; seed < 150; seed++) {
      new History(seed, 6, 3).run();
    }
  }

  @Test
  public void shouldHoldAlwaysInLargerInstances() {
    for (int seed = 1000; seed < 1040; seed++) {
      new History(seed, 30, 5).run();
    }
  }

  @Test
  public void shouldHoldAlwaysWithoutCopies() {
    for (int seed = 2000; seed < 2040; seed++) {
      new History(seed, 8, 1).run();
    }
  }

  private static final class History {
    private final Random random;
    private final int maxNodes;
    private final Cluster cluster = new Cluster();
    private final int seed;

    /** Runs of nodes that hold all of a partition's eventual tables. */
    private final Map<Integer, Set<String>> holders = new HashMap<>();

    /** Those that hold all of its strong tables too. */
    private final Map<Integer, Set<String>> inSync = new HashMap<>();

    /** Runs that may take themselves for the primary. */
    private final Map<Integer, Set<String>> believers = new HashMap<>();

    private final int replication;
    private int step;
    private Weights weights = Weights.NONE;

    History(int seed, int maxNodes, int replication) {
      this.seed = seed;
      this.random = new Random(seed);
      this.maxNodes = maxNodes;
      this.replication = replication;
    }

    void run() {
      int first = 1 + random.nextInt(maxNodes);
      for (int i = 0; i < first; i++) {
        join(i);
      }
      cluster.create(PARTITIONS, replication);
      for (int p = 0; p < PARTITIONS; p++) {
        for (Replica replica : cluster.replicas(p)) {
          holders.computeIfAbsent(p, x -> new HashSet<>()).add(run(replica));
          inSync.computeIfAbsent(p, x -> new HashSet<>()).add(run(replica));
        }
        believers.put(p, new HashSet<>());
      }
      believe();
      if (seed % 2 == 0) {
        double[] some = new double[PARTITIONS];
        Arrays.setAll(some, p -> 1 / (1.0 + random.nextInt(PARTITIONS)));
        weights = new Weights(some, seed % 4 == 0);
      }
      for (step = 0; step < STEPS; step++) {
        step();
        check();
      }
      settle();
      checkSettled();
    }

    private void settle() {
      PartitionMap before = null;
      for (int rounds = 0; before != cluster.map; rounds++) {
        assertThat(rounds).as(at() + " rounds until placement settles").isLessThan(150);
        before = cluster.map;
        believers.values().forEach(Set::clear);
        believe();
        ready(1);
        check();
      }
    }

    private void join(int number) {
      cluster.join(number, "/rack-" + number % 3);
    }

    private void step() {
      int node = random.nextInt(maxNodes);
      NodeId id = Cluster.id(node);
      switch (random.nextInt(8)) {
        case 0 -> {
          join(node);
          replan();
        }
        case 1 -> {
          if (cluster.live.size() > 1) {
            cluster.lose(node);
            replan();
          }
        }
        case 2 -> {
          if (!cluster.draining.remove(id)) {
            cluster.draining.add(id);
          }
          replan();
        }
        case 3 -> ready(0.3);
        case 4 -> doubt();
        case 5 -> believers.values().forEach(runs -> thinOut(runs, 0.5));
        default -> ready(1);
      }
    }

    private void replan() {
      PartitionMap before = cluster.map;
      boolean declareLost = random.nextInt(4) > 0;
      PlacementInput input =
          cluster
              .input()
              .rebalance(random.nextBoolean())
              .declareLost(declareLost)
              .doubts(Doubts.NONE.lingering(lingering()))
              .weights(weights);
      cluster.map = Placement.plan(input);
      assertThat(Placement.plan(input)).as(at()).isEqualTo(cluster.map);
      forget(before);
    }

    private void ready(double part) {
      Map<NodeId, BitSet> filled = cluster.filling();
      filled.values().forEach(bits -> thin(bits, part));
      BitSet loaded = thin(cluster.loading(), part);
      PartitionMap before = cluster.map;
      filled.forEach(
          (node, bits) ->
              bits.stream()
                  .forEach(
                      p -> {
                        holders.get(p).add(run(before, node));
                        inSync.get(p).add(run(before, node));
                      }));
      loaded.stream()
          .forEach(
              p ->
                  before
                      .replicas(p)
                      .forEach(
                          r -> {
                            holders.get(p).add(run(r));
                            inSync.get(p).add(run(r));
                          }));
      cluster.map =
          Placement.plan(
              cluster
                  .input()
                  .filled(filled)
                  .loaded(loaded)
                  .doubts(Doubts.NONE.lingering(lingering()))
                  .weights(weights));
      forget(before);
    }

    /** Some replicas do not answer, some primaries are cut off, some nodes are avoided. */
    private void doubt() {
      var unreachable = new HashMap<NodeId, BitSet>();
      var cutOff = new BitSet();
      var avoided = new HashSet<NodeId>();
      for (int p = 0; p < PARTITIONS; p++) {
        for (Replica replica : cluster.replicas(p)) {
          if (random.nextInt(6) == 0) {
            unreachable.computeIfAbsent(replica.node().id(), n -> new BitSet()).set(p);
          }
        }
        cutOff.set(p, random.nextInt(10) == 0);
      }
      cluster.live.keySet().stream().filter(n -> random.nextInt(4) == 0).forEach(avoided::add);
      PartitionMap before = cluster.map;
      PlacementInput input =
          cluster
              .input()
              .doubts(new Doubts(lingering(), unreachable, cutOff, avoided))
              .weights(weights);
      cluster.map = Placement.plan(input);
      assertThat(Placement.plan(input)).as(at()).isEqualTo(cluster.map);
      for (int p = 0; p < PARTITIONS; p++) {
        for (Replica replica : before.replicas(p)) {
          Optional<ReplicaState> now = cluster.map.replicaOn(p, replica.node().id());
          if (!now.equals(Optional.of(ReplicaState.SERVING))) {
            inSync.get(p).remove(run(replica));
          }
        }
      }
      forget(before);
    }

    /** What counts of eventual tables is given up only for as many others that serve. */
    private void checkNothingDropped(PartitionMap before) {
      int wanted = wanted();
      for (int p = 0; p < PARTITIONS; p++) {
        List<Replica> now = cluster.replicas(p);
        for (Replica replica : before.replicas(p)) {
          if (replica.state().servesEventual()
              && cluster.live.containsValue(replica.node())
              && now.stream()
                  .noneMatch(
                      r -> r.node().equals(replica.node()) && r.state() != ReplicaState.FILLING)) {
            assertThat(now.stream().filter(r -> r.state() == ReplicaState.SERVING).count())
                .as(at() + " partition " + p + " " + before.replicas(p) + " " + now)
                .isGreaterThanOrEqualTo(wanted);
          }
        }
      }
    }

    private int wanted() {
      Set<NodeId> stay = new HashSet<>(cluster.live.keySet());
      stay.removeAll(cluster.draining);
      return Math.min(replication, stay.isEmpty() ? cluster.live.size() : stay.size());
    }

    private Map<NodeId, BitSet> lingering() {
      var lingering = new HashMap<NodeId, BitSet>();
      believers.forEach(
          (p, runs) ->
              cluster.live.forEach(
                  (id, node) -> {
                    if (runs.contains(run(node))) {
                      lingering.computeIfAbsent(id, n -> new BitSet()).set(p);
                    }
                  }));
      return lingering;
    }

    private void believe() {
      for (int p = 0; p < PARTITIONS; p++) {
        Set<String> runs = believers.get(p);
        cluster.map.primary(p).ifPresent(node -> runs.add(run(node)));
        runs.retainAll(cluster.live.values().stream().map(History::run).toList());
      }
    }

    private void thinOut(Set<String> runs, double part) {
      runs.removeIf(run -> random.nextDouble() < part);
      believe();
    }

    /** Who may take itself for the primary is asked by the next one, so it must serve. */
    private void checkBelievers() {
      for (int p = 0; p < PARTITIONS; p++) {
        List<Replica> replicas = cluster.replicas(p);
        Set<String> serving = new HashSet<>();
        replicas.stream()
            .filter(r -> r.state() == ReplicaState.SERVING)
            .forEach(r -> serving.add(run(r)));
        assertThat(serving)
            .as(at() + " partition " + p + " " + replicas)
            .containsAll(believers.get(p));
      }
    }

    private BitSet thin(BitSet bits, double part) {
      bits.stream().filter(p -> random.nextDouble() >= part).forEach(bits::clear);
      return bits;
    }

    /** A replica that is no longer in the map holds nothing any more. */
    private void forget(PartitionMap before) {
      checkNothingDropped(before);
      assertThat(cluster.map.epoch()).as(at()).isBetween(before.epoch(), before.epoch() + 1);
      for (int p = 0; p < PARTITIONS; p++) {
        Set<String> now = new HashSet<>();
        cluster.replicas(p).forEach(r -> now.add(run(r)));
        holders.get(p).retainAll(now);
        inSync.get(p).retainAll(now);
      }
    }

    private void check() {
      believe();
      checkBelievers();
      for (int p = 0; p < PARTITIONS; p++) {
        List<Replica> replicas = cluster.replicas(p);
        var where = at() + " partition " + p + " " + replicas;
        assertThat(replicas).as(where).isNotEmpty();
        assertThat(replicas.stream().map(r -> r.node().id()).distinct().count())
            .as(where)
            .isEqualTo(replicas.size());
        boolean serving = cluster.map.primary(p).isPresent();
        for (Replica replica : replicas) {
          if (replica.state() == ReplicaState.SERVING) {
            assertThat(inSync.get(p)).as(where).contains(run(replica));
          }
          if (replica.state().servesEventual()) {
            assertThat(holders.get(p)).as(where).contains(run(replica));
          }
          assertThat(replica.state() == ReplicaState.LOADING).as(where).isEqualTo(!serving);
        }
      }
    }

    private void checkSettled() {
      Set<NodeId> stay = new HashSet<>(cluster.live.keySet());
      stay.removeAll(cluster.draining);
      if (stay.isEmpty()) {
        stay = cluster.live.keySet();
      }
      int wanted = Math.min(replication, stay.size());
      Set<String> racks = new HashSet<>();
      stay.forEach(id -> racks.add(cluster.live.get(id).rack()));
      int[] perRack = new int[3];
      stay.forEach(id -> perRack[Integer.parseInt(cluster.live.get(id).rack().substring(6))]++);
      for (int p = 0; p < PARTITIONS; p++) {
        List<Replica> replicas = cluster.replicas(p);
        assertThat(replicas).as(at()).hasSize(wanted);
        assertThat(replicas).as(at()).allMatch(r -> r.state() == ReplicaState.SERVING);
        Set<String> used = new HashSet<>();
        replicas.forEach(r -> used.add(r.node().rack()));
        assertThat(used.size())
            .as(at())
            .isGreaterThanOrEqualTo(Math.min(2, Math.min(wanted, racks.size())));
      }
      boolean even = Arrays.stream(perRack).filter(n -> n > 0).distinct().count() == 1;
      if (even) {
        for (NodeId id : stay) {
          double mean = (double) PARTITIONS * wanted / stay.size();
          int held = cluster.replicasByNode()[cluster.map.nodeIndex(id)];
          assertThat(held).as(at()).isBetween((int) mean - 1, (int) Math.ceil(mean) + 1);
        }
      }
    }

    private String at() {
      return "seed " + seed + " step " + step;
    }

    private static String run(Replica replica) {
      return run(replica.node());
    }

    private static String run(MapNode node) {
      return node.id() + "@" + node.incarnation();
    }

    private static String run(PartitionMap map, NodeId node) {
      return node + "@" + map.node(node).orElseThrow().incarnation();
    }
  }
}
