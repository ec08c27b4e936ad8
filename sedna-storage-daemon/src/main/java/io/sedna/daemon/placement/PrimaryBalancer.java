// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import io.sedna.common.partition.ReplicaState;

/**
 * Spreads primaries. A partition's primary changes only to a replica that serves and stays, on a
 * node with at least two primaries fewer, so that every change is an improvement and the search
 * ends.
 */
final class PrimaryBalancer {
  private PrimaryBalancer() {}

  static void balance(Copies[] copies, Nodes nodes) {
    int[] primaries = new int[nodes.size()];
    for (Copies partition : copies) {
      if (hasPrimary(partition)) {
        primaries[partition.node(0)]++;
      }
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Copies partition : copies) {
        if (!partition.fixed && hasPrimary(partition)) {
          changed |= improve(partition, nodes, primaries);
        }
      }
    }
  }

  private static boolean hasPrimary(Copies partition) {
    return partition.size() > 0 && partition.state(0) == ReplicaState.SERVING;
  }

  private static boolean improve(Copies partition, Nodes nodes, int[] primaries) {
    int best = 0;
    int candidates = partition.keptServing() - partition.leaving();
    for (int i = 1; i < candidates; i++) {
      int node = partition.node(i);
      if (!nodes.avoided[node] && primaries[node] < primaries[partition.node(best)]) {
        best = i;
      }
    }
    if (best == 0 || primaries[partition.node(0)] - primaries[partition.node(best)] < 2) {
      return false;
    }
    primaries[partition.node(0)]--;
    primaries[partition.node(best)]++;
    partition.shift(best, 0);
    return true;
  }
}
