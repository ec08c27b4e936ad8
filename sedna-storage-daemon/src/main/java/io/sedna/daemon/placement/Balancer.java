// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import io.sedna.common.partition.ReplicaState;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Plans moves from nodes that hold too much to nodes that hold too little, until every node holds
 * the mean, rounded down or up, or racks forbid it. A move adds a filling replica at its target;
 * its source serves until the target does. In a fresh instance there is nothing to copy, and
 * replicas change place at once.
 */
final class Balancer {
  /** Nodes that cannot be helped, because of racks, before the rest is left as it is. */
  private static final int MAX_FAILURES = 32;

  private final Nodes nodes;
  private final Copies[] copies;
  private final LoadOrder loads;
  private final int wanted;
  private final SplittableRandom random;
  private final boolean fresh;
  private int[][] held;

  Balancer(
      Nodes nodes,
      Copies[] copies,
      LoadOrder loads,
      int wanted,
      SplittableRandom random,
      boolean fresh) {
    this.nodes = nodes;
    this.copies = copies;
    this.loads = loads;
    this.wanted = wanted;
    this.random = random;
    this.fresh = fresh;
  }

  void balance() {
    spreadOverRacks();
    long total = 0;
    for (int node = 0; node < nodes.size(); node++) {
      total += nodes.eligible[node] ? loads.load(node) : 0;
    }
    int floor = (int) (total / loads.size());
    int ceiling = (int) ((total + loads.size() - 1) / loads.size());
    if (loads.min() >= floor && loads.max() <= ceiling) {
      return;
    }
    held = heldByNode();
    boolean[] stuck = nodes.avoided.clone();
    for (int failures = 0; failures < MAX_FAILURES; ) {
      int poor = loads.pickLeast(random, floor - 1, node -> !stuck[node]);
      if (poor < 0) {
        break;
      }
      stuck[poor] = !pull(poor);
      failures += stuck[poor] ? 1 : 0;
    }
    Arrays.fill(stuck, false);
    for (int failures = 0; failures < MAX_FAILURES; ) {
      int rich = loads.pickMost(random, ceiling + 1, node -> !stuck[node]);
      if (rich < 0) {
        break;
      }
      stuck[rich] = !push(rich);
      failures += stuck[rich] ? 1 : 0;
    }
  }

  /** A partition can come to lie on one rack while there was only one, or after a loss. */
  private void spreadOverRacks() {
    if (!nodes.manyRacks || wanted < 2) {
      return;
    }
    for (Copies partition : copies) {
      int rack = partition.settled() ? Racks.onlyRack(partition, nodes, -1) : Racks.NONE;
      if (rack == Racks.NONE) {
        continue;
      }
      int source = 0;
      for (int i = 1; i < partition.size(); i++) {
        if (loads.load(partition.node(i)) > loads.load(partition.node(source))) {
          source = i;
        }
      }
      int target =
          loads.pickLeast(
              random,
              Integer.MAX_VALUE - 1,
              node -> nodes.rack[node] != rack && !nodes.avoided[node]);
      if (target >= 0) {
        move(partition, source, target);
      }
    }
  }

  /** Moves one replica to a node from as loaded a node as possible. */
  private boolean pull(int target) {
    return loads.pickMost(
            random, loads.load(target) + 2, source -> moveOne(source, partition -> target))
        >= 0;
  }

  /** Moves one replica of a node to as little loaded a node as possible. */
  private boolean push(int source) {
    return moveOne(
        source,
        partition ->
            loads.pickLeast(
                random, loads.load(source) - 2, node -> allowed(partition, source, node)));
  }

  private interface TargetOf {
    int target(Copies partition);
  }

  private boolean moveOne(int source, TargetOf targetOf) {
    int[] candidates = held[source];
    int start = candidates.length == 0 ? 0 : random.nextInt(candidates.length);
    for (int c = 0; c < candidates.length; c++) {
      Copies partition = copies[candidates[(start + c) % candidates.length]];
      if (!partition.settled() || !partition.holds(source)) {
        continue;
      }
      int target = targetOf.target(partition);
      if (target >= 0 && allowed(partition, source, target)) {
        move(partition, indexOf(partition, source), target);
        return true;
      }
    }
    return false;
  }

  private boolean allowed(Copies partition, int source, int target) {
    return !partition.holds(target)
        && !nodes.avoided[target]
        && Racks.spreadAfter(partition, nodes, source, target);
  }

  private static int indexOf(Copies partition, int node) {
    int i = 0;
    while (partition.node(i) != node) {
      i++;
    }
    return i;
  }

  /** Moves the replica that a node holds. */
  void moveFrom(Copies partition, int source, int target) {
    move(partition, indexOf(partition, source), target);
  }

  private void move(Copies partition, int index, int target) {
    int source = partition.node(index);
    if (fresh) {
      partition.replace(index, target);
    } else {
      partition.shift(index, partition.keptServing() - 1);
      partition.add(target, ReplicaState.FILLING);
    }
    loads.add(source, -1);
    loads.add(target, 1);
  }

  /** Settled partitions by node, as of now; moves make single entries of it stale. */
  private int[][] heldByNode() {
    int[] counts = new int[nodes.size()];
    for (Copies partition : copies) {
      for (int i = 0; partition.settled() && i < partition.size(); i++) {
        counts[partition.node(i)]++;
      }
    }
    int[][] lists = new int[nodes.size()][];
    for (int node = 0; node < lists.length; node++) {
      lists[node] = new int[counts[node]];
    }
    for (int p = 0; p < copies.length; p++) {
      for (int i = 0; copies[p].settled() && i < copies[p].size(); i++) {
        int node = copies[p].node(i);
        lists[node][--counts[node]] = p;
      }
    }
    return lists;
  }
}
