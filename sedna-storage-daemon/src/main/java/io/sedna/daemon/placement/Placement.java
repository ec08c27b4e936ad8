// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Makes the next partition map from the last one. A pure function: the same input always gives the
 * same map, whichever daemon computes it.
 *
 * <p>What it keeps to:
 *
 * <ul>
 *   <li>replicas of a partition are on different nodes, and on two racks or more where there are
 *       two;
 *   <li>the next serving replica follows a lost primary at once; copies that are missing are made
 *       elsewhere as {@link ReplicaState#FILLING} ones, which become serving only when they were
 *       reported filled;
 *   <li>a replica that serves is dropped only when as many others serve as are wanted. So a
 *       partition that moves has one more replica for a while;
 *   <li>a live primary never loses its replica in the map that names another, nor before it is
 *       known to have heard of that ({@link Doubts#lingering}): a new primary can always ask the
 *       one before it;
 *   <li>a replica that does not answer its primary is {@link ReplicaState#OUT_OF_SYNC} from then
 *       on, and {@link ReplicaState#CATCHING_UP} as soon as its node is trusted again; if that does
 *       not help, a copy is made elsewhere, and it is dropped when as many others serve as are
 *       wanted. One that was being filled is dropped at once. The primary itself always stays;
 *   <li>another run of a node holds nothing of what the run before it held;
 *   <li>a partition without a serving replica is {@link ReplicaState#LOADING}, never empty;
 *   <li>replicas and primaries are balanced, and no more is moved than that takes.
 * </ul>
 *
 * <p>Racks come before balance: the only node of a rack may have to hold more than its share.
 */
@InterfaceAudience.Private
public final class Placement {
  private static final long SEED = 0x5ed4a;
  private static final BitSet NOTHING = new BitSet();

  private final PlacementInput input;
  private final Nodes nodes;
  private final int partitions;
  private final int wanted;
  private final Copies[] copies;
  private final SplittableRandom random;
  private final boolean fresh;
  private final BitSet[] filled;
  private final BitSet[] lingering;
  private final BitSet[] unreachable;
  private LoadOrder loads;

  private Placement(PlacementInput input) {
    this.input = input;
    this.fresh = input.before().isEmpty();
    this.nodes = new Nodes(input);
    this.partitions = input.before().map(PartitionMap::partitions).orElse(input.partitions());
    this.wanted = Math.min(input.replication(), nodes.eligibleCount);
    this.copies = new Copies[partitions];
    this.filled = byNumber(input.filled());
    this.lingering = byNumber(input.doubts().lingering());
    this.unreachable = byNumber(input.doubts().unreachable());
    this.random = new SplittableRandom(SEED + input.before().map(PartitionMap::epoch).orElse(0L));
  }

  /**
   * The next map; the very map given as {@link PlacementInput#before} where nothing changes.
   *
   * @throws IllegalArgumentException no live node
   */
  public static PartitionMap plan(PlacementInput input) {
    if (input.live().isEmpty()) {
      throw new IllegalArgumentException("cannot place partitions on no nodes");
    }
    return new Placement(input).plan();
  }

  private PartitionMap plan() {
    takeOver();
    loads = loads();
    fill();
    cancelNeedlessMoves();
    if (input.rebalance()) {
      var balancer = new Balancer(nodes, copies, loads, wanted, random, fresh);
      balancer.balance();
      if (!fresh) {
        new WeightBalancer(nodes, copies, input.weights(), balancer::moveFrom).balance();
      }
    }
    PrimaryBalancer.balance(copies, nodes);
    return build();
  }

  private BitSet[] byNumber(Map<NodeId, BitSet> replicas) {
    BitSet[] sets = new BitSet[nodes.size()];
    for (int i = 0; i < sets.length; i++) {
      sets[i] = replicas.getOrDefault(nodes.all.get(i).id(), NOTHING);
    }
    return sets;
  }

  /** Carries over what is left of the old map, with what has become ready since. */
  private void takeOver() {
    for (int p = 0; p < partitions; p++) {
      copies[p] = new Copies(nodes.eligible, wanted);
      if (!fresh) {
        takeOver(p, input.before().get());
      }
    }
  }

  private void takeOver(int p, PartitionMap old) {
    Copies now = copies[p];
    boolean vanishedServing = false;
    for (int i = 0; i < old.replicaCount(p); i++) {
      int node = nodes.ofOld[old.replicaNodeIndex(p, i)];
      if (node == Nodes.GONE) {
        continue;
      }
      if (nodes.live[node]) {
        now.add(node, old.replicaState(p, i));
      } else {
        vanishedServing |= old.replicaState(p, i) == ReplicaState.SERVING;
      }
    }
    int primary = livePrimary(p, old);
    if (primary >= 0) {
      demote(p, now, primary);
    }
    for (int i = 0; i < now.size(); i++) {
      if (now.state(i).isFilled() && filled[now.node(i)].get(p)) {
        now.nowServing(i);
      }
    }
    if (input.loaded().get(p) && isLoading(now)) {
      now.allServing();
    }
    if (serves(now)) {
      catchUp(p, now);
      dropFillingOnDraining(now);
      now.dropLeavers(node -> node != primary && !lingering[node].get(p));
      if (input.doubts().cutOff().get(p)) {
        passOn(now, primary);
      }
    } else if (vanishedServing && !input.declareLost()) {
      waitForVanished(p, old);
    } else {
      giveUp(now);
    }
  }

  /** The primary of the old map, if it is still in the same run; -1: it is not. */
  private int livePrimary(int p, PartitionMap old) {
    for (int i = 0; i < old.replicaCount(p); i++) {
      if (old.replicaState(p, i) == ReplicaState.SERVING) {
        int node = nodes.ofOld[old.replicaNodeIndex(p, i)];
        return node != Nodes.GONE && nodes.live[node] ? node : -1;
      }
    }
    return -1;
  }

  private void demote(int p, Copies now, int primary) {
    for (int i = now.size() - 1; i >= 0; i--) {
      int node = now.node(i);
      if (node == primary || !unreachable[node].get(p)) {
        continue;
      }
      if (now.state(i) == ReplicaState.FILLING) {
        now.remove(i);
      } else if (now.state(i) == ReplicaState.CATCHING_UP) {
        now.setState(i, ReplicaState.OUT_OF_SYNC);
        now.toReplace++;
      } else if (now.state(i) == ReplicaState.SERVING && !lingering[node].get(p)) {
        now.demote(i);
      }
    }
  }

  /** Strong tables are filled again where what was in the way may be over. */
  private void catchUp(int p, Copies now) {
    for (int i = 0; i < now.size(); i++) {
      int node = now.node(i);
      if (now.state(i) == ReplicaState.OUT_OF_SYNC
          && nodes.eligible[node]
          && !nodes.avoided[node]
          && !unreachable[node].get(p)) {
        now.setState(i, ReplicaState.CATCHING_UP);
      }
    }
  }

  /** Lets a serving replica follow a primary that is cut off, if there is one to trust. */
  private void passOn(Copies partition, int primary) {
    for (int i = 1; i < partition.keptServing() && partition.node(0) == primary; i++) {
      if (!nodes.avoided[partition.node(i)]) {
        partition.shift(i, 0);
      }
    }
  }

  private static boolean serves(Copies partition) {
    return partition.size() > 0 && partition.state(0) == ReplicaState.SERVING;
  }

  private static boolean isLoading(Copies partition) {
    return partition.size() > 0 && partition.state(0) == ReplicaState.LOADING;
  }

  private void dropFillingOnDraining(Copies partition) {
    for (int i = partition.size() - 1; i >= 0; i--) {
      if (!nodes.eligible[partition.node(i)] && !partition.state(i).servesEventual()) {
        partition.remove(i);
      }
    }
  }

  private void waitForVanished(int p, PartitionMap old) {
    Copies now = copies[p];
    now.clear();
    for (int i = 0; i < old.replicaCount(p); i++) {
      int node = nodes.ofOld[old.replicaNodeIndex(p, i)];
      if (node != Nodes.GONE) {
        now.add(node, old.replicaState(p, i));
      }
    }
    now.fixed = true;
  }

  /** What is left cannot be trusted to be all: HDFS has to give the partition back. */
  private static void giveUp(Copies partition) {
    for (int i = 0; i < partition.size(); i++) {
      partition.setState(i, ReplicaState.LOADING);
    }
    // A copy added while others are being loaded would miss what they were sent already.
    partition.fixed = partition.size() > 0;
  }

  private LoadOrder loads() {
    int[] load = new int[nodes.size()];
    for (Copies partition : copies) {
      for (int i = 0; i < partition.size(); i++) {
        if (partition.stays(i)) {
          load[partition.node(i)]++;
        }
      }
    }
    return new LoadOrder(load, nodes.eligible, partitions);
  }

  /** Makes copies that are missing, on the least loaded nodes; later, where all are avoided. */
  private void fill() {
    for (Copies partition : copies) {
      if (partition.fixed) {
        continue;
      }
      ReplicaState state =
          fresh
              ? ReplicaState.SERVING
              : serves(partition) ? ReplicaState.FILLING : ReplicaState.LOADING;
      for (int have = partition.kept() - partition.toReplace; have < wanted; have++) {
        int node = pickFor(partition);
        if (node < 0) {
          break;
        }
        partition.add(node, state);
        loads.add(node, 1);
      }
    }
  }

  private int pickFor(Copies partition) {
    int onlyRack = nodes.manyRacks ? Racks.onlyRack(partition, nodes, -1) : Racks.NONE;
    return loads.pickLeast(
        random,
        partitions,
        node ->
            !partition.holds(node)
                && (!nodes.avoided[node] || partition.size() == 0)
                && (onlyRack < 0 || nodes.rack[node] != onlyRack));
  }

  /**
   * Ends moves that have become pointless, because their source has come to hold fewer replicas
   * than their target: after a drain was taken back, or more daemons have come.
   */
  private void cancelNeedlessMoves() {
    // For the sake of weights, one may go to a node that has one more.
    int slack = input.weights().known() ? 1 : 0;
    for (Copies partition : copies) {
      int leaving = partition.fixed ? 0 : partition.leaving();
      if (leaving == 0) {
        continue;
      }
      int source = partition.node(partition.keptServing() - 1);
      int filling = partition.size() - 1;
      int target = partition.node(filling);
      if (partition.state(filling) == ReplicaState.FILLING
          && loads.load(source) + slack < loads.load(target)
          && Racks.spreadAfter(partition, nodes, target, source)) {
        partition.remove(filling);
        loads.add(target, -1);
        loads.add(source, 1);
      }
    }
  }

  private PartitionMap build() {
    boolean[] needed = Arrays.copyOf(nodes.live, nodes.size());
    for (Copies partition : copies) {
      for (int i = 0; i < partition.size(); i++) {
        needed[partition.node(i)] = true;
      }
    }
    List<MapNode> list = new ArrayList<>();
    int[] index = new int[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      if (needed[i]) {
        index[i] = list.size();
        list.add(nodes.all.get(i));
      }
    }
    long epoch = input.before().map(PartitionMap::epoch).orElse(0L);
    if (!fresh) {
      PartitionMap same = build(epoch, list, index);
      if (same.equals(input.before().get())) {
        return input.before().get();
      }
    }
    return build(epoch + 1, list, index);
  }

  private PartitionMap build(long epoch, List<MapNode> list, int[] index) {
    var builder = PartitionMap.builder(epoch, partitions, input.replication(), list);
    for (int p = 0; p < partitions; p++) {
      for (int i = 0; i < copies[p].size(); i++) {
        builder.add(p, index[copies[p].node(i)], copies[p].state(i));
      }
    }
    return builder.build();
  }
}
