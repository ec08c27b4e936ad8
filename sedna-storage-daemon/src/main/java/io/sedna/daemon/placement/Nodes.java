// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes of a map that is being made, by number: those that are live, and those of the old map
 * that have vanished, which may keep replicas for a while.
 */
final class Nodes {
  /** Old node without a place in the new map: another run has taken its id. */
  static final int GONE = -1;

  final List<MapNode> all;
  final boolean[] live;

  /** Replicas may stay there. */
  final boolean[] eligible;

  /** Nothing new may be put there for now. */
  final boolean[] avoided;

  final int[] rack;
  final int eligibleCount;
  final boolean manyRacks;

  /**
   * Number of each node of the old map; {@link #GONE} where the node runs anew, and so is empty.
   */
  final int[] ofOld;

  Nodes(PlacementInput input) {
    Map<NodeId, MapNode> byId = new HashMap<>();
    input.live().forEach(node -> byId.put(node.id(), node));
    List<MapNode> old = input.before().map(PartitionMap::nodes).orElse(List.of());
    all = new ArrayList<>(input.live());
    for (MapNode node : old) {
      if (!byId.containsKey(node.id())) {
        all.add(node);
      }
    }
    all.sort(Comparator.comparing(MapNode::id));
    live = new boolean[all.size()];
    eligible = new boolean[all.size()];
    avoided = new boolean[all.size()];
    rack = new int[all.size()];
    Map<String, Integer> racks = new HashMap<>();
    Map<NodeId, Integer> numbers = new HashMap<>();
    boolean allDraining = input.live().stream().allMatch(n -> input.draining().contains(n.id()));
    for (int i = 0; i < all.size(); i++) {
      MapNode node = all.get(i);
      numbers.put(node.id(), i);
      live[i] = byId.containsKey(node.id());
      // Where nothing is left to drain to, draining waits: copies are worth more.
      eligible[i] = live[i] && (allDraining || !input.draining().contains(node.id()));
      avoided[i] = input.doubts().avoided().contains(node.id());
      rack[i] = racks.computeIfAbsent(node.rack(), r -> racks.size());
    }
    ofOld = new int[old.size()];
    for (int i = 0; i < ofOld.length; i++) {
      MapNode now = byId.get(old.get(i).id());
      boolean sameRun = now == null || now.incarnation() == old.get(i).incarnation();
      ofOld[i] = sameRun ? numbers.get(old.get(i).id()) : GONE;
    }
    int count = 0;
    int firstRack = -1;
    boolean several = false;
    for (int i = 0; i < all.size(); i++) {
      if (eligible[i]) {
        count++;
        several |= firstRack >= 0 && rack[i] != firstRack;
        firstRack = rack[i];
      }
    }
    eligibleCount = count;
    manyRacks = several;
  }

  int size() {
    return all.size();
  }

  List<MapNode> list() {
    return Collections.unmodifiableList(all);
  }
}
