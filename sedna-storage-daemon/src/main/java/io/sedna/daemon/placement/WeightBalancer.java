// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Plans exchanges of replicas between nodes that carry too much and nodes that carry too little,
 * once every node holds its number of them. A heavy replica goes one way and a light one the other,
 * so the numbers stay, and what evens out numbers never undoes it.
 *
 * <p>Nothing happens while the heaviest node is near the mean, nor for a small gain, and only a few
 * replicas move at a time: weights are estimates, and every move copies a partition. Each exchange
 * brings two nodes closer to each other, so that a series of them ends.
 */
final class WeightBalancer {
  /** How far above the mean the heaviest node may be. */
  private static final double TOLERANCE = 0.25;

  private static final double EAGER_TOLERANCE = 0.05;

  /** Least gain of an exchange, as a part of the mean. */
  private static final double LEAST_GAIN = 0.04;

  private static final double EAGER_LEAST_GAIN = 0.01;

  /** An exchange of more than this part of the difference would only turn the nodes about. */
  private static final double MOST_OF_GAP = 0.8;

  /** Replicas under way at once: this part of the nodes, but so many at least. */
  private static final int NODES_PER_MOVE = 8;

  private static final int LEAST_MOVES = 4;

  /** Light nodes that a heavy one is compared with. */
  private static final int PARTNERS = 8;

  private final Nodes nodes;
  private final Copies[] copies;
  private final Weights weights;
  private final Mover mover;
  private double[] carried;
  private List<List<Integer>> held;

  /** Moves one replica. */
  interface Mover {
    void move(Copies partition, int source, int target);
  }

  private record Exchange(int out, int back, double gain) {}

  WeightBalancer(Nodes nodes, Copies[] copies, Weights weights, Mover mover) {
    this.nodes = nodes;
    this.copies = copies;
    this.weights = weights;
    this.mover = mover;
  }

  void balance() {
    int free = mostMoves() - underWay();
    if (!weights.known() || free < 2) {
      return;
    }
    weigh();
    int[] members = IntStream.range(0, nodes.size()).filter(n -> nodes.eligible[n]).toArray();
    double mean = IntStream.of(members).mapToDouble(n -> carried[n]).sum() / members.length;
    double limit = mean * (1 + (weights.eager() ? EAGER_TOLERANCE : TOLERANCE));
    double leastGain = mean * (weights.eager() ? EAGER_LEAST_GAIN : LEAST_GAIN);
    boolean[] stuck = new boolean[nodes.size()];
    while (free >= 2) {
      int heavy = heaviest(members, stuck);
      if (heavy < 0 || carried[heavy] <= limit) {
        return;
      }
      if (exchange(heavy, members, leastGain)) {
        free -= 2;
      } else {
        stuck[heavy] = true;
      }
    }
  }

  private int mostMoves() {
    return Math.max(LEAST_MOVES, nodes.eligibleCount / NODES_PER_MOVE);
  }

  private int underWay() {
    int moving = 0;
    for (Copies partition : copies) {
      moving += partition.settled() ? 0 : 1;
    }
    return moving;
  }

  private void weigh() {
    carried = new double[nodes.size()];
    held = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      held.add(new ArrayList<>());
    }
    for (int p = 0; p < copies.length; p++) {
      for (int i = 0; i < copies[p].size(); i++) {
        if (copies[p].stays(i)) {
          carried[copies[p].node(i)] += weights.of(p);
          if (copies[p].settled()) {
            held.get(copies[p].node(i)).add(p);
          }
        }
      }
    }
  }

  private int heaviest(int[] members, boolean[] stuck) {
    int heaviest = -1;
    for (int node : members) {
      if (!stuck[node] && (heaviest < 0 || carried[node] > carried[heaviest])) {
        heaviest = node;
      }
    }
    return heaviest;
  }

  private boolean exchange(int heavy, int[] members, double leastGain) {
    int[] partners =
        IntStream.of(members)
            .filter(node -> node != heavy && !nodes.avoided[node] && !nodes.avoided[heavy])
            .boxed()
            .sorted(Comparator.comparingDouble(node -> carried[node]))
            .limit(PARTNERS)
            .mapToInt(node -> node)
            .toArray();
    for (int light : partners) {
      Exchange best = best(heavy, light, leastGain);
      if (best != null) {
        mover.move(copies[best.out()], heavy, light);
        mover.move(copies[best.back()], light, heavy);
        carried[heavy] -= best.gain();
        carried[light] += best.gain();
        return true;
      }
    }
    return false;
  }

  /** The one that brings the two nodes closest to each other; null: none is worth it. */
  private Exchange best(int heavy, int light, double leastGain) {
    double gap = carried[heavy] - carried[light];
    List<Integer> outs = movable(heavy, light);
    List<Integer> backs = movable(light, heavy);
    Exchange best = null;
    double bestMiss = Double.MAX_VALUE;
    for (int out : outs) {
      int near = nearest(backs, weights.of(out) - gap / 2);
      for (int i = Math.max(0, near - 1); i <= near && i < backs.size(); i++) {
        double gain = weights.of(out) - weights.of(backs.get(i));
        double miss = Math.abs(gain - gap / 2);
        if (gain >= leastGain && gain <= MOST_OF_GAP * gap && miss < bestMiss) {
          best = new Exchange(out, backs.get(i), gain);
          bestMiss = miss;
        }
      }
    }
    return best;
  }

  /** Settled partitions of one node that may lie on the other instead, the lightest first. */
  private List<Integer> movable(int from, int to) {
    return held.get(from).stream()
        .filter(
            p ->
                copies[p].settled()
                    && copies[p].holds(from)
                    && !copies[p].holds(to)
                    && Racks.spreadAfter(copies[p], nodes, from, to))
        .sorted(Comparator.comparingDouble(weights::of))
        .toList();
  }

  /** Place of the first that weighs as much, or more. */
  private int nearest(List<Integer> sorted, double weight) {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (weights.of(sorted.get(middle)) < weight) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
