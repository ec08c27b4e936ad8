// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which replicas are being filled, since when, and which of them were reported filled. */
final class FillReports {
  private final Map<NodeId, BitSet> filled = new HashMap<>();

  /**
   * Since which epoch a replica is being filled, by node and partition. A fill that began before it
   * may be of an earlier replica of the same partition, which was dropped or demoted: it missed
   * what was written while there was none. Where the primary has changed, what the one before gave
   * to this replica alone has to be forgotten. Of what the controller before this one decided, only
   * the last map is known.
   */
  private Map<NodeId, Map<Integer, Long>> since = new HashMap<>();

  FillReports(Optional<PartitionMap> map) {
    map.ifPresent(now -> since = since(now, now, Map.of()));
  }

  /** Answers whether any of the partitions is filled now that was not before. */
  boolean report(NodeId node, long epoch, Collection<Integer> partitions) {
    boolean some = false;
    Map<Integer, Long> fills = since.getOrDefault(node, Map.of());
    for (int partition : partitions) {
      if (fills.containsKey(partition) && epoch >= fills.get(partition)) {
        filled.computeIfAbsent(node, n -> new BitSet()).set(partition);
        some = true;
      }
    }
    return some;
  }

  /** Those of which a fill that a node began at this epoch is of no use. */
  List<Integer> outdated(NodeId node, long epoch, Collection<Integer> partitions) {
    Map<Integer, Long> fills = since.getOrDefault(node, Map.of());
    return partitions.stream().filter(p -> fills.getOrDefault(p, 0L) > epoch).toList();
  }

  Map<NodeId, BitSet> filled() {
    return filled;
  }

  void forgetReports() {
    filled.clear();
  }

  void mapChanged(PartitionMap before, PartitionMap now) {
    since = since(before, now, since);
    filled.clear();
  }

  private static Map<NodeId, Map<Integer, Long>> since(
      PartitionMap last, PartitionMap map, Map<NodeId, Map<Integer, Long>> before) {
    var since = new HashMap<NodeId, Map<Integer, Long>>();
    for (int p = 0; p < map.partitions(); p++) {
      boolean samePrimary = map.primary(p).equals(last.primary(p));
      for (int i = 0; i < map.replicaCount(p); i++) {
        if (map.replicaState(p, i).isFilled()) {
          NodeId node = map.nodes().get(map.replicaNodeIndex(p, i)).id();
          long first =
              samePrimary
                  ? before.getOrDefault(node, Map.of()).getOrDefault(p, map.epoch())
                  : map.epoch();
          since.computeIfAbsent(node, n -> new HashMap<>()).put(p, first);
        }
      }
    }
    return since;
  }
}
