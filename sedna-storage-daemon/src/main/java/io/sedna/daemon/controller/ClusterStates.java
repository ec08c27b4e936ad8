// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.cluster.Member;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.MemberInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts over the map, for people. */
final class ClusterStates {
  private ClusterStates() {}

  static ClusterState of(ControllerSettings settings, NodeId controller, Term term) {
    Optional<PartitionMap> map = term.core().map();
    var state =
        new ClusterState(
            settings.instance(),
            map.map(PartitionMap::epoch).orElse(0L),
            controller.value(),
            members(term, map),
            settings.partitions(),
            settings.replication(),
            0,
            0,
            0,
            term.frozen());
    map.ifPresent(now -> countPartitions(state, now));
    return state;
  }

  private static void countPartitions(ClusterState state, PartitionMap map) {
    int complete = 0;
    int loading = 0;
    for (int p = 0; p < map.partitions(); p++) {
      int serving = 0;
      for (int i = 0; i < map.replicaCount(p); i++) {
        serving += map.replicaState(p, i) == ReplicaState.SERVING ? 1 : 0;
      }
      complete += serving >= map.replication() ? 1 : 0;
      loading += serving == 0 ? 1 : 0;
    }
    state.setComplete(complete);
    state.setLoading(loading);
    state.setUnderReplicated(map.partitions() - complete - loading);
  }

  private static List<MemberInfo> members(Term term, Optional<PartitionMap> map) {
    int nodes = map.map(now -> now.nodes().size()).orElse(0);
    int[] replicas = new int[nodes];
    int[] primaries = new int[nodes];
    map.ifPresent(now -> countReplicas(now, replicas, primaries));
    Map<NodeId, MapNode> all = new TreeMap<>();
    map.ifPresent(now -> now.nodes().forEach(node -> all.put(node.id(), node)));
    term.members().values().forEach(member -> all.put(member.node().id(), member.node()));
    var infos = new ArrayList<MemberInfo>();
    for (MapNode node : all.values()) {
      Member member = term.members().get(node.id());
      int index = map.map(now -> now.nodeIndex(node.id())).orElse(-1);
      infos.add(
          new MemberInfo(
              node.id().value(),
              node.host(),
              node.thriftPort(),
              node.httpPort(),
              node.rack(),
              member != null,
              term.core().draining().contains(node.id()),
              index < 0 ? 0 : primaries[index],
              index < 0 ? 0 : replicas[index],
              member == null ? 0 : member.startedAtMs()));
    }
    return infos;
  }

  private static void countReplicas(PartitionMap map, int[] replicas, int[] primaries) {
    for (int p = 0; p < map.partitions(); p++) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        replicas[map.replicaNodeIndex(p, i)]++;
      }
      map.primary(p).ifPresent(node -> primaries[map.nodeIndex(node.id())]++);
    }
  }
}
