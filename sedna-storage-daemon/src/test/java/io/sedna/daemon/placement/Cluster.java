// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.partition.ReplicaState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An instance as placement sees it, for tests: who is live, who drains, and the map of the moment.
 */
final class Cluster {
  final Map<NodeId, MapNode> live = new TreeMap<>();
  final Set<NodeId> draining = new HashSet<>();
  PartitionMap map;
  private long incarnation;

  static NodeId id(int number) {
    return new NodeId(String.format("node-%05d", number));
  }

  Cluster join(int number, String rack) {
    incarnation++;
    live.put(id(number), new MapNode(id(number), "host" + number, 7720, 7721, rack, incarnation));
    return this;
  }

  Cluster join(int from, int to, int racks) {
    for (int i = from; i < to; i++) {
      join(i, "/rack-" + i % racks);
    }
    return this;
  }

  Cluster lose(int number) {
    live.remove(id(number));
    return this;
  }

  List<MapNode> nodes() {
    return new ArrayList<>(live.values());
  }

  Cluster create(int partitions, int replication) {
    map = Placement.plan(PlacementInput.first(partitions, replication, nodes()));
    return this;
  }

  PlacementInput input() {
    return PlacementInput.after(map, nodes()).draining(draining);
  }

  PartitionMap plan() {
    map = Placement.plan(input());
    return map;
  }

  /** Reports every filling replica filled and every loading partition loaded. */
  PartitionMap ready() {
    return ready(filling(), loading());
  }

  PartitionMap ready(Map<NodeId, BitSet> filled, BitSet loaded) {
    map = Placement.plan(input().filled(filled).loaded(loaded));
    return map;
  }

  /** Plans and reports ready until nothing changes. */
  Cluster settle() {
    PartitionMap before = null;
    for (int rounds = 0; before != map; rounds++) {
      assertThat(rounds).as("rounds until placement settles").isLessThan(50);
      before = map;
      ready();
    }
    return this;
  }

  Map<NodeId, BitSet> filling() {
    var filling = new HashMap<NodeId, BitSet>();
    for (int p = 0; p < map.partitions(); p++) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        if (map.replicaState(p, i).isFilled()) {
          NodeId node = map.nodes().get(map.replicaNodeIndex(p, i)).id();
          filling.computeIfAbsent(node, n -> new BitSet()).set(p);
        }
      }
    }
    return filling;
  }

  BitSet loading() {
    var loading = new BitSet();
    for (int p = 0; p < map.partitions(); p++) {
      loading.set(p, map.replicas(p).stream().anyMatch(r -> r.state() == ReplicaState.LOADING));
    }
    return loading;
  }

  int count(ReplicaState state) {
    int count = 0;
    for (int p = 0; p < map.partitions(); p++) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        count += map.replicaState(p, i) == state ? 1 : 0;
      }
    }
    return count;
  }

  int[] replicasByNode() {
    int[] counts = new int[map.nodes().size()];
    for (int p = 0; p < map.partitions(); p++) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        counts[map.replicaNodeIndex(p, i)]++;
      }
    }
    return counts;
  }

  int[] primariesByNode() {
    int[] counts = new int[map.nodes().size()];
    for (int p = 0; p < map.partitions(); p++) {
      map.primary(p).ifPresent(node -> counts[map.nodeIndex(node.id())]++);
    }
    return counts;
  }

  List<Replica> replicas(int partition) {
    return map.replicas(partition);
  }
}
