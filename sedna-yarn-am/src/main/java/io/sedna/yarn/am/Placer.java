// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Chooses the node to ask for. A daemon belongs on a node without one, in the rack that has the
 * fewest; among those, where there is room now, and then where there is most of it. The choice is a
 * wish: the scheduler may not grant it, and whoever asks then passes the node as one to avoid.
 */
final class Placer {
  private final long memoryMb;
  private final int vcores;

  /** For daemons of this size. */
  Placer(long memoryMb, int vcores) {
    this.memoryMb = memoryMb;
    this.vcores = vcores;
  }

  /**
   * @param daemonsByNode how many daemons each node has or has been asked for, by {@link
   *     CandidateNode#id}
   * @param avoided nodes that were asked in vain or where daemons die, taken last
   * @param allowColocation whether a node with daemons will do
   * @return nothing if no node is large enough and allowed
   */
  Optional<CandidateNode> choose(
      Collection<CandidateNode> nodes,
      Map<String, Integer> daemonsByNode,
      Set<String> avoided,
      boolean allowColocation) {
    var daemonsByRack = new HashMap<String, Integer>();
    for (var node : nodes) {
      daemonsByRack.merge(node.rack(), daemonsByNode.getOrDefault(node.id(), 0), Integer::sum);
    }
    ToLongFunction<CandidateNode> daemons = node -> daemonsByNode.getOrDefault(node.id(), 0);
    return nodes.stream()
        .filter(node -> node.totalMemoryMb() >= memoryMb)
        .filter(node -> allowColocation || daemons.applyAsLong(node) == 0)
        .min(
            Comparator.comparingLong(daemons)
                .thenComparing(node -> avoided.contains(node.id()))
                .thenComparing(node -> !hasRoom(node))
                .thenComparingInt(node -> daemonsByRack.get(node.rack()))
                .thenComparing(Comparator.comparingLong(CandidateNode::freeMemoryMb).reversed())
                .thenComparing(CandidateNode::id));
  }

  private boolean hasRoom(CandidateNode node) {
    return node.freeMemoryMb() >= memoryMb && node.freeVcores() >= vcores;
  }
}
