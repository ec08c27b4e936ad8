// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

/** Whether replicas that stay are spread over racks. */
final class Racks {
  /** The replicas are on several racks, or there are none. */
  static final int NONE = -1;

  private Racks() {}

  /** The rack that all staying replicas are on, not counting the one on {@code without}. */
  static int onlyRack(Copies partition, Nodes nodes, int without) {
    int rack = NONE;
    for (int i = 0; i < partition.size(); i++) {
      int node = partition.node(i);
      if (node == without || !partition.stays(i)) {
        continue;
      }
      if (rack != NONE && rack != nodes.rack[node]) {
        return NONE;
      }
      rack = nodes.rack[node];
    }
    return rack;
  }

  /**
   * The staying replicas are on two racks at least once {@code to} has taken {@code from}'s place.
   */
  static boolean spreadAfter(Copies partition, Nodes nodes, int from, int to) {
    if (!nodes.manyRacks) {
      return true;
    }
    int rack = nodes.rack[to];
    int others = 0;
    for (int i = 0; i < partition.size(); i++) {
      int node = partition.node(i);
      if (node == from || node == to || !partition.stays(i)) {
        continue;
      }
      others++;
      if (nodes.rack[node] != rack) {
        return true;
      }
    }
    return others == 0;
  }
}
