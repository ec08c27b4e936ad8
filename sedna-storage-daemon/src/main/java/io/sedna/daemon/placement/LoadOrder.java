// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/**
 * Nodes in order of their load, kept in order in constant time when a load changes by one.
 *
 * <p>{@code order} holds the nodes, least loaded first; those of load l stand from {@code first[l]}
 * to {@code first[l + 1] - 1}. A node changes bucket by changing places with the node at its
 * bucket's border, and the border moves over it.
 */
final class LoadOrder {
  private final int[] load;
  private final int[] order;
  private final int[] place;
  private final int[] first;
  private final int members;

  /**
   * @param load of each node; changed from now on only by {@link #add}
   * @param eligible which nodes are in the order
   * @param maxLoad greatest load that can occur
   */
  LoadOrder(int[] load, boolean[] eligible, int maxLoad) {
    this.load = load;
    this.order = new int[load.length];
    this.place = new int[load.length];
    this.first = new int[maxLoad + 3];
    int count = 0;
    for (int node = 0; node < load.length; node++) {
      if (eligible[node]) {
        first[load[node] + 1]++;
        count++;
      }
    }
    for (int l = 1; l < first.length; l++) {
      first[l] += first[l - 1];
    }
    int[] next = first.clone();
    for (int node = 0; node < load.length; node++) {
      place[node] = -1;
      if (eligible[node]) {
        place[node] = next[load[node]]++;
        order[place[node]] = node;
      }
    }
    this.members = count;
  }

  int size() {
    return members;
  }

  int min() {
    return load[order[0]];
  }

  int max() {
    return load[order[members - 1]];
  }

  int load(int node) {
    return load[node];
  }

  /** Changes a node's load by 1 or -1; a node outside the order keeps only its number. */
  void add(int node, int delta) {
    if (place[node] >= 0) {
      int bucket = load[node];
      int border = delta > 0 ? --first[bucket + 1] : first[bucket]++;
      int other = order[border];
      order[place[node]] = other;
      place[other] = place[node];
      order[border] = node;
      place[node] = border;
    }
    load[node] += delta;
  }

  /** Some least loaded node that will do and has at most {@code maxLoad}; -1: none. */
  int pickLeast(SplittableRandom random, int maxLoad, IntPredicate accept) {
    for (int l = min(); l <= Math.min(maxLoad, max()); l++) {
      int node = pickIn(l, random, accept);
      if (node >= 0) {
        return node;
      }
    }
    return -1;
  }

  /** Some most loaded node that will do and has at least {@code minLoad}; -1: none. */
  int pickMost(SplittableRandom random, int minLoad, IntPredicate accept) {
    for (int l = max(); l >= Math.max(minLoad, min()); l--) {
      int node = pickIn(l, random, accept);
      if (node >= 0) {
        return node;
      }
    }
    return -1;
  }

  /** Begins at a random member of the bucket, so that a lost node's copies scatter widely. */
  private int pickIn(int bucket, SplittableRandom random, IntPredicate accept) {
    int from = first[bucket];
    int size = first[bucket + 1] - from;
    if (size == 0) {
      return -1;
    }
    int start = size == 1 ? 0 : random.nextInt(size);
    for (int i = 0; i < size; i++) {
      int node = order[from + (start + i) % size];
      if (accept.test(node)) {
        return node;
      }
    }
    return -1;
  }
}
