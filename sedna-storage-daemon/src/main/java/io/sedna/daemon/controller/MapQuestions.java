// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.partition.MapNode;
import java.util.HashSet;
import java.util.Set;

/**
 * Asks daemons whether they know the newest map, one question to each at a time. Used on the
 * controller's scheduler alone.
 */
final class MapQuestions {
  private final ControllerPeers peers;
  private final Listener listener;
  private final Set<MapNode> asked = new HashSet<>();

  /** Is told, on any thread, whether a node knows the map of an epoch. */
  interface Listener {
    void answered(MapNode node, long epoch, boolean known);
  }

  MapQuestions(ControllerPeers peers, Listener listener) {
    this.peers = peers;
    this.listener = listener;
  }

  /** Asks whoever has to confirm something. */
  void ask(ControllerCore core) {
    core.map().ifPresent(map -> core.toAskForMap().forEach(node -> ask(node, map.epoch())));
  }

  private void ask(MapNode node, long epoch) {
    if (asked.add(node)) {
      var unused =
          peers
              .syncMap(node, epoch)
              .whenComplete((done, failure) -> listener.answered(node, epoch, failure == null));
    }
  }

  /** The node may be asked again. */
  void answered(MapNode node) {
    asked.remove(node);
  }
}
