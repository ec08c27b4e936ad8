// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.conf.HostPort;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One partition map, or the lack of one, and where to send what under it. Immutable.
 *
 * @param map null: the instance has none yet, or none was fetched yet
 * @param nodes addresses in the order of the map's nodes; where there is no map, those to begin
 *     with
 */
record Routing(PartitionMap map, List<HostPort> nodes) {
  static Routing of(PartitionMap map) {
    return new Routing(
        map, map.nodes().stream().map(n -> new HostPort(n.host(), n.thriftPort())).toList());
  }

  long epoch() {
    return map == null ? 0 : map.epoch();
  }

  /**
   * The replica to ask: the first that serves eventual tables, that this call has not tried and
   * that is not suspect; else the first not tried; null: all were tried, or there is none.
   */
  HostPort replica(int partition, Set<HostPort> tried, NodeHealth health) {
    HostPort suspect = null;
    for (int i = 0; i < map.replicaCount(partition); i++) {
      if (map.replicaState(partition, i).servesEventual()) {
        HostPort node = nodes.get(map.replicaNodeIndex(partition, i));
        if (!tried.contains(node)) {
          if (!health.isSuspect(node)) {
            return node;
          }
          suspect = suspect == null ? node : suspect;
        }
      }
    }
    return suspect;
  }

  /** The first serving replica; null: there is none. */
  HostPort primary(int partition) {
    for (int i = 0; i < map.replicaCount(partition); i++) {
      if (map.replicaState(partition, i) == ReplicaState.SERVING) {
        return nodes.get(map.replicaNodeIndex(partition, i));
      }
    }
    return null;
  }

  /** Daemons that were the primary of a partition by an earlier map and are not by this one. */
  Set<HostPort> deposedSince(Routing before) {
    if (before.map() == null || before.map().partitions() != map.partitions()) {
      return Set.of();
    }
    var deposed = new HashSet<HostPort>();
    for (int partition = 0; partition < map.partitions(); partition++) {
      HostPort was = before.primary(partition);
      if (was != null && !was.equals(primary(partition))) {
        deposed.add(was);
      }
    }
    return deposed;
  }

  /**
   * Any daemon that this call has not tried, rather one that is not suspect; null: none is left.
   */
  HostPort any(Set<HostPort> tried, NodeHealth health) {
    HostPort suspect = null;
    int offset = nodes.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      HostPort node = nodes.get((i + offset) % nodes.size());
      if (!tried.contains(node)) {
        if (!health.isSuspect(node)) {
          return node;
        }
        suspect = node;
      }
    }
    return suspect;
  }

  List<HostPort> shuffled() {
    var copy = new ArrayList<>(nodes);
    Collections.shuffle(copy, ThreadLocalRandom.current());
    return copy;
  }
}
