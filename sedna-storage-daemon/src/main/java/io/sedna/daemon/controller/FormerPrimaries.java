// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which daemons may still take themselves for primaries that they are no more, because they have
 * not said that they know the map in which another is. As a new controller does not know what the
 * one before it decided, it asks all of them once.
 *
 * <p>A daemon whose session is gone is no concern: it stops by itself, and the next primary needs
 * no answer of it.
 */
final class FormerPrimaries {
  private final Map<NodeId, Former> formers = new TreeMap<>();
  private final BitSet everything;

  /**
   * @param stopped partitions, each with the epoch of the map that named another
   * @param everythingAt epoch of the map that another controller left, of which all is possible; 0:
   *     it has said that it knows it
   */
  private record Former(long incarnation, Map<Integer, Long> stopped, long everythingAt) {
    private Former(long incarnation, long everythingAt) {
      this(incarnation, new HashMap<>(), everythingAt);
    }
  }

  /**
   * @param map as the controller found it
   */
  FormerPrimaries(Optional<PartitionMap> map, int partitions) {
    everything = new BitSet(partitions);
    everything.set(0, partitions);
    map.ifPresent(
        now ->
            now.nodes()
                .forEach(
                    node -> formers.put(node.id(), new Former(node.incarnation(), now.epoch()))));
  }

  /** Forgets those that are not live any more. */
  void membersAre(Map<NodeId, MapNode> members) {
    formers
        .entrySet()
        .removeIf(
            entry -> {
              MapNode member = members.get(entry.getKey());
              return member == null || member.incarnation() != entry.getValue().incarnation();
            });
  }

  /** Another map is in force. */
  void mapChanged(PartitionMap before, PartitionMap now, Map<NodeId, MapNode> members) {
    for (int p = 0; p < now.partitions(); p++) {
      int was = primary(before, p);
      int is = primary(now, p);
      MapNode old = was < 0 ? null : before.nodes().get(was);
      MapNode next = is < 0 ? null : now.nodes().get(is);
      if (old != null && !old.equals(next) && old.equals(members.get(old.id()))) {
        formers
            .computeIfAbsent(old.id(), id -> new Former(old.incarnation(), 0))
            .stopped()
            .put(p, now.epoch());
      }
    }
  }

  static int primary(PartitionMap map, int partition) {
    for (int i = 0; i < map.replicaCount(partition); i++) {
      if (map.replicaState(partition, i) == ReplicaState.SERVING) {
        return map.replicaNodeIndex(partition, i);
      }
    }
    return -1;
  }

  /** This run of a node knows a map of at least this epoch. */
  void knows(NodeId node, long incarnation, long epoch) {
    Former former = formers.get(node);
    if (former == null || former.incarnation() != incarnation) {
      return;
    }
    former.stopped().values().removeIf(stoppedAt -> stoppedAt <= epoch);
    if (epoch < former.everythingAt()) {
      return;
    }
    if (former.stopped().isEmpty()) {
      formers.remove(node);
    } else {
      formers.put(node, new Former(incarnation, former.stopped(), 0));
    }
  }

  /** Whether a node has something to confirm. */
  boolean awaits(NodeId node) {
    return formers.containsKey(node);
  }

  /** Partitions by node, of which it may take itself for the primary. */
  Map<NodeId, BitSet> lingering() {
    var lingering = new HashMap<NodeId, BitSet>();
    formers.forEach(
        (node, former) -> {
          if (former.everythingAt() > 0) {
            lingering.put(node, everything);
          } else {
            var partitions = new BitSet();
            former.stopped().keySet().forEach(partitions::set);
            lingering.put(node, partitions);
          }
        });
    return lingering;
  }
}
