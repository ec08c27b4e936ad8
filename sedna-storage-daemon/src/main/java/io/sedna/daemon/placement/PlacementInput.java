// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * All that a placement is decided by.
 *
 * @param before the map so far; empty: the instance is new and its partitions are empty
 * @param partitions number of partitions of a new instance; that of {@code before} otherwise
 * @param replication copies wanted of each partition
 * @param live daemons that are there, each with the run it is in
 * @param draining nodes whose partitions are to move away
 * @param filled replicas that have been filled and may serve, by node
 * @param loaded partitions that have been given back from HDFS, at all their replicas
 * @param rebalance whether replicas may move only for the sake of balance or racks
 * @param declareLost whether a partition whose serving replicas have all vanished is given up and
 *     loaded again; otherwise it stays with the vanished daemons, which may come back with what
 *     they hold
 * @param doubts what is wrong with daemons that are live
 * @param weights what partitions weigh, for balance beyond that of their number
 */
@InterfaceAudience.Private
public record PlacementInput(
    Optional<PartitionMap> before,
    int partitions,
    int replication,
    List<MapNode> live,
    Set<NodeId> draining,
    Map<NodeId, BitSet> filled,
    BitSet loaded,
    boolean rebalance,
    boolean declareLost,
    Doubts doubts,
    Weights weights) {

  /** The first map of an instance. */
  public static PlacementInput first(int partitions, int replication, List<MapNode> live) {
    return new PlacementInput(
        Optional.empty(),
        partitions,
        replication,
        live,
        Set.of(),
        Map.of(),
        new BitSet(),
        true,
        true,
        Doubts.NONE,
        Weights.NONE);
  }

  /** What follows {@code before} where nothing has become ready and anything may move. */
  public static PlacementInput after(PartitionMap before, List<MapNode> live) {
    return new PlacementInput(
        Optional.of(before),
        before.partitions(),
        before.replication(),
        live,
        Set.of(),
        Map.of(),
        new BitSet(),
        true,
        true,
        Doubts.NONE,
        Weights.NONE);
  }

  public PlacementInput draining(Set<NodeId> nodes) {
    return with(nodes, filled, loaded, rebalance, declareLost, doubts, weights);
  }

  public PlacementInput filled(Map<NodeId, BitSet> replicas) {
    return with(draining, replicas, loaded, rebalance, declareLost, doubts, weights);
  }

  public PlacementInput loaded(BitSet loadedPartitions) {
    return with(draining, filled, loadedPartitions, rebalance, declareLost, doubts, weights);
  }

  public PlacementInput rebalance(boolean allowed) {
    return with(draining, filled, loaded, allowed, declareLost, doubts, weights);
  }

  public PlacementInput declareLost(boolean allowed) {
    return with(draining, filled, loaded, rebalance, allowed, doubts, weights);
  }

  public PlacementInput doubts(Doubts some) {
    return with(draining, filled, loaded, rebalance, declareLost, some, weights);
  }

  public PlacementInput weights(Weights some) {
    return with(draining, filled, loaded, rebalance, declareLost, doubts, some);
  }

  private PlacementInput with(
      Set<NodeId> nowDraining,
      Map<NodeId, BitSet> nowFilled,
      BitSet nowLoaded,
      boolean mayRebalance,
      boolean mayDeclareLost,
      Doubts nowDoubts,
      Weights nowWeights) {
    return new PlacementInput(
        before,
        partitions,
        replication,
        live,
        nowDraining,
        nowFilled,
        nowLoaded,
        mayRebalance,
        mayDeclareLost,
        nowDoubts,
        nowWeights);
  }
}
