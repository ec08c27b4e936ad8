// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.PartitionMapCodec;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.placement.Placement;
import io.sedna.daemon.placement.PlacementInput;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long the controller takes to place the partitions of a large instance, how even the outcome
 * is, and how much moves when a node is lost.
 */
@Command(
    name = "placement",
    description = "Place partitions on many nodes, then lose one; nothing is started.",
    mixinStandardHelpOptions = true)
final class PlacementBench implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(names = "--nodes", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(names = "--racks", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}.")
  private int racks;

  @Option(
      names = "--partitions",
      defaultValue = "65536",
      description = "A power of two. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--replication",
      defaultValue = "3",
      description = "Copies of each. Default: ${DEFAULT-VALUE}.")
  private int replication;

  /** A map and the milliseconds that it took. */
  private record Timed(PartitionMap map, double ms) {}

  @Override
  public Integer call() {
    if (nodes < 2 || racks < 1 || racks > nodes) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "nodes=" + nodes + " must be 2 or more, racks=" + racks + " 1 to nodes");
    }
    List<MapNode> live = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      var id = new NodeId(String.format(Locale.ROOT, "node-%05d", i));
      live.add(new MapNode(id, "worker" + i + ".example.com", 7720, 7721, "/rack-" + i % racks, 1));
    }
    Timed first = timed(PlacementInput.first(partitions, replication, live));
    int lost = nodes / 2;
    int share = replicasByNode(first.map)[first.map.nodeIndex(live.get(lost).id())];
    live.remove(lost);
    Timed after = timed(PlacementInput.after(first.map, live));

    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%,d nodes in %,d racks, %,d partitions, %d copies%n",
        nodes,
        racks,
        partitions,
        replication);
    out.printf(
        Locale.ROOT,
        "first map           %,.0f ms, %,d bytes encoded, fullest node %.3f of the mean%n",
        first.ms,
        PartitionMapCodec.encode(first.map).length,
        fullest(first.map));
    out.printf(
        Locale.ROOT,
        "one node lost       %,.0f ms, %,d bytes encoded, fullest node %.3f of the mean%n",
        after.ms,
        PartitionMapCodec.encode(after.map).length,
        fullest(after.map));
    int copied = filling(after.map);
    out.printf(
        Locale.ROOT,
        "copied to others    %,d replicas, %.3f of the lost node's %,d%n",
        copied,
        (double) copied / share,
        share);
    out.flush();
    return 0;
  }

  private static Timed timed(PlacementInput input) {
    long startNanos = System.nanoTime();
    PartitionMap map = Placement.plan(input);
    return new Timed(map, (System.nanoTime() - startNanos) / 1e6);
  }

  private static int[] replicasByNode(PartitionMap map) {
    int[] replicas = new int[map.nodes().size()];
    for (int p = 0; p < map.partitions(); p++) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        replicas[map.replicaNodeIndex(p, i)]++;
      }
    }
    return replicas;
  }

  private static double fullest(PartitionMap map) {
    long all = 0;
    int most = 0;
    for (int replicas : replicasByNode(map)) {
      all += replicas;
      most = Math.max(most, replicas);
    }
    return (double) most * map.nodes().size() / all;
  }

  private static int filling(PartitionMap map) {
    int filling = 0;
    for (int p = 0; p < map.partitions(); p++) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        if (map.replicaState(p, i) == ReplicaState.FILLING) {
          filling++;
        }
      }
    }
    return filling;
  }
}
