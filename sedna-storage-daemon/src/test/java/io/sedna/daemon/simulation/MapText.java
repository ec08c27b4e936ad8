// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A partition map in one line, for traces. */
final class MapText {
  private MapText() {}

  static String of(PartitionMap map) {
    return "epoch="
        + map.epoch()
        + " nodes="
        + map.nodes().stream()
            .map(node -> node.id() + "#" + node.incarnation())
            .collect(Collectors.joining(","))
        + IntStream.range(0, map.partitions())
            .mapToObj(p -> " " + p + ":" + partition(map, p))
            .collect(Collectors.joining());
  }

  /**
   * In brackets: it fills; with ?: it is loading; with !: it is out of sync; with +: catches up.
   */
  private static String partition(PartitionMap map, int partition) {
    return map.replicas(partition).stream().map(MapText::replica).collect(Collectors.joining(","));
  }

  private static String replica(Replica replica) {
    return switch (replica.state()) {
      case SERVING -> replica.node().id().value();
      case FILLING -> "(" + replica.node().id() + ")";
      case LOADING -> replica.node().id() + "?";
      case OUT_OF_SYNC -> replica.node().id() + "!";
      case CATCHING_UP -> replica.node().id() + "+";
    };
  }
}
