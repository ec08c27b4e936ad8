// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.placement.Doubts;
import io.sedna.daemon.placement.Placement;
import io.sedna.daemon.placement.PlacementInput;
import io.sedna.daemon.placement.Weights;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the controller knows and when the map changes. Deterministic: no clock, network or thread of
 * its own; one caller at a time.
 *
 * <p>It is told of members, drains and reports; {@link #next} answers the map to be written, if
 * any; {@link #committed} says that it was. Nothing but the map has to survive: another controller
 * that starts from the map and the members goes on where this one stopped. What it does not know,
 * it waits for: reports are repeated by those who made them.
 */
final class ControllerCore {
  private final ControllerSettings settings;
  private final long startedMs;

  private Optional<PartitionMap> map;
  private Map<NodeId, MapNode> members = new TreeMap<>();
  private Set<NodeId> draining = Set.of();
  private final FillReports fills;
  private final FormerPrimaries formers;
  private final Suspicions suspicions = new Suspicions();
  private BitSet loaded = new BitSet();
  private Weights weights = Weights.NONE;
  private boolean eager;

  private long lastArrivalMs;
  private long lastLossMs;
  private boolean changed = true;
  private long plannedAtMs = Long.MIN_VALUE;

  /** A load that was ordered: what the replicas were then. */
  record LoadOrdered(Map<Integer, List<Replica>> replicas) {}

  /**
   * @param map as it stands in ZooKeeper
   */
  ControllerCore(ControllerSettings settings, Optional<PartitionMap> map, long nowMs) {
    this.settings = settings;
    this.map = map;
    this.startedMs = nowMs;
    // Daemons may be about to come back from the same mishap that made this controller active.
    this.lastLossMs = nowMs;
    this.lastArrivalMs = nowMs;
    this.fills = new FillReports(map);
    this.formers =
        new FormerPrimaries(map, map.map(PartitionMap::partitions).orElse(settings.partitions()));
  }

  Optional<PartitionMap> map() {
    return map;
  }

  Collection<MapNode> members() {
    return members.values();
  }

  Set<NodeId> draining() {
    return draining;
  }

  void membersAre(Collection<MapNode> live, long nowMs) {
    var now = new TreeMap<NodeId, MapNode>();
    live.forEach(node -> now.put(node.id(), node));
    if (now.equals(members)) {
      return;
    }
    if (now.values().stream().anyMatch(node -> !node.equals(members.get(node.id())))) {
      lastArrivalMs = nowMs;
    }
    if (members.values().stream().anyMatch(node -> !node.equals(now.get(node.id())))) {
      lastLossMs = nowMs;
    }
    members = now;
    formers.membersAre(now);
    changed = true;
  }

  void drainingAre(Set<NodeId> nodes) {
    if (!nodes.equals(draining)) {
      draining = Set.copyOf(nodes);
      changed = true;
    }
  }

  /**
   * Replicas that are being filled and were reported filled. Reports of another run of the node, or
   * of replicas that are not being filled, are forgotten.
   *
   * @param epoch the map by which the node began to fill them
   * @return those that have to be filled anew: the map has taken them from the node since, and
   *     given them back, or has named another primary
   */
  List<Integer> filled(NodeId node, long incarnation, long epoch, Collection<Integer> partitions) {
    MapNode member = members.get(node);
    if (map.isEmpty() || member == null || member.incarnation() != incarnation) {
      return List.of();
    }
    changed |= fills.report(node, epoch, partitions);
    return fills.outdated(node, epoch, partitions);
  }

  /**
   * A primary needs nodes that do not answer it.
   *
   * @param epoch newest map that the reporter knew
   * @throws SednaException STALE_MAP where there is a newer one
   */
  void unreachable(NodeId reporter, long epoch, Collection<NodeId> nodes, long nowMs) {
    if (map.isEmpty() || !members.containsKey(reporter)) {
      return;
    }
    if (epoch < map.get().epoch()) {
      throw stale("what " + reporter + " reports is about epoch " + epoch);
    }
    suspicions.report(reporter, nodes, nowMs);
    changed = true;
  }

  private SednaException stale(String what) {
    long epoch = map.orElseThrow().epoch();
    return new SednaException(
        ErrorCode.STALE_MAP, what + "; the map has epoch " + epoch, epoch, null);
  }

  /** This run of a node has said that it knows a map of at least this epoch. */
  void knowsMap(NodeId node, long incarnation, long epoch) {
    formers.knows(node, incarnation, epoch);
    changed |= moving();
  }

  /** Members that have to say that they know the newest map, before some move can end. */
  List<MapNode> toAskForMap() {
    return members.values().stream().filter(member -> formers.awaits(member.id())).toList();
  }

  /** Whether some replica may be waiting to be dropped. */
  private boolean moving() {
    return !draining.isEmpty() || map.map(ControllerCore::hasMoreThanWanted).orElse(false);
  }

  private static boolean hasMoreThanWanted(PartitionMap now) {
    for (int p = 0; p < now.partitions(); p++) {
      if (now.replicaCount(p) > now.replication()) {
        return true;
      }
    }
    return false;
  }

  /** Partitions all of whose replicas wait for HDFS. */
  Set<Integer> lost() {
    var lost = new TreeSet<Integer>();
    map.ifPresent(
        now -> {
          for (int p = 0; p < now.partitions(); p++) {
            if (now.replicaCount(p) > 0 && now.replicaState(p, 0) == ReplicaState.LOADING) {
              lost.add(p);
            }
          }
        });
    return lost;
  }

  /** To be passed to {@link #loaded} when the load is done. */
  LoadOrdered orderLoad(Set<Integer> partitions) {
    var replicas = new HashMap<Integer, List<Replica>>();
    partitions.forEach(p -> replicas.put(p, map.orElseThrow().replicas(p)));
    return new LoadOrdered(replicas);
  }

  /** Partitions that were given back; one whose replicas have changed meanwhile has to be again. */
  void loaded(LoadOrdered order, Set<Integer> partitions) {
    for (int partition : partitions) {
      List<Replica> now = map.orElseThrow().replicas(partition);
      if (now.equals(order.replicas().get(partition))) {
        loaded.set(partition);
        changed = true;
      }
    }
  }

  /**
   * Declares what partitions held lost: they serve from the next map on, with what HDFS has given
   * back of them.
   *
   * @param partitions none: all that are lost
   * @return those that it was done to
   * @throws SednaException INVALID_ARGUMENT where one does not exist or is not lost; nothing was
   *     done then
   */
  Set<Integer> acceptLoss(Collection<Integer> partitions) {
    Set<Integer> lost = lost();
    int count = map.map(PartitionMap::partitions).orElse(settings.partitions());
    for (int partition : partitions) {
      if (partition < 0 || partition >= count) {
        throw new SednaException(
            ErrorCode.INVALID_ARGUMENT,
            "no such partition: " + partition + " is not 0 to " + (count - 1));
      }
      if (!lost.contains(partition)) {
        throw new SednaException(
            ErrorCode.INVALID_ARGUMENT,
            "nothing is to be accepted of partition "
                + partition
                + ", which is not LOADING; LOADING are "
                + lost);
      }
    }
    Set<Integer> accepted = partitions.isEmpty() ? lost : new TreeSet<>(partitions);
    accepted.forEach(loaded::set);
    changed |= !accepted.isEmpty();
    return accepted;
  }

  /** Replicas may move for the sake of balance from now on, however new some daemons are. */
  void rebalanceNow(long nowMs) {
    lastArrivalMs = Math.min(lastArrivalMs, nowMs - settings.rebalanceDelayMs());
    eager = true;
    changed = true;
  }

  /** What partitions weigh now. */
  void weightsAre(Weights now) {
    changed |= now.known();
    weights = now;
  }

  /** Replicas that are being filled or out of sync, and those that are to go. */
  int moves() {
    return map.map(ControllerCore::moves).orElse(0);
  }

  private static int moves(PartitionMap now) {
    int moves = 0;
    for (int p = 0; p < now.partitions(); p++) {
      int serving = 0;
      for (int i = 0; i < now.replicaCount(p); i++) {
        ReplicaState state = now.replicaState(p, i);
        serving += state == ReplicaState.SERVING ? 1 : 0;
        moves += state.takesEventual() && state != ReplicaState.SERVING ? 1 : 0;
      }
      moves += Math.max(0, serving - now.replication());
    }
    return moves;
  }

  /** The map to be written now; empty: nothing is to be done. */
  Optional<PartitionMap> next(long nowMs) {
    if (members.isEmpty() || waitsForInitialDaemons(nowMs) || !due(nowMs)) {
      return Optional.empty();
    }
    changed = false;
    plannedAtMs = nowMs;
    List<MapNode> live = new ArrayList<>(members.values());
    PlacementInput input =
        map.map(before -> PlacementInput.after(before, live))
            .orElseGet(
                () -> PlacementInput.first(settings.partitions(), settings.replication(), live))
            .draining(draining)
            .filled(fills.filled())
            .loaded(loaded)
            .rebalance(map.isEmpty() || nowMs >= rebalanceAtMs())
            .declareLost(nowMs >= giveUpAtMs())
            .weights(weights.eager(eager))
            .doubts(
                map.map(
                        before ->
                            suspicions.judge(before, members, draining, formers.lingering(), nowMs))
                    .orElse(Doubts.NONE));
    PartitionMap next = Placement.plan(input);
    if (map.isPresent() && next.equals(map.get())) {
      eager &= moves() > 0;
      forgetReports();
      return Optional.empty();
    }
    return Optional.of(next);
  }

  private boolean due(long nowMs) {
    return changed
        || crossed(rebalanceAtMs(), nowMs)
        || crossed(giveUpAtMs(), nowMs)
        || suspicions.endedBetween(plannedAtMs, nowMs);
  }

  /** The moment lies between the last plan and now. */
  private boolean crossed(long momentMs, long nowMs) {
    return plannedAtMs < momentMs && momentMs <= nowMs;
  }

  private long rebalanceAtMs() {
    return lastArrivalMs + settings.rebalanceDelayMs();
  }

  private long giveUpAtMs() {
    return lastLossMs + settings.rebalanceDelayMs();
  }

  /** Also where every daemon was started anew: whoever comes first must not take all. */
  private boolean waitsForInitialDaemons(long nowMs) {
    boolean begins = map.isEmpty() || nobodyServes(map.get());
    return begins
        && members.size() < settings.initialDaemons()
        && nowMs - startedMs < settings.initialWaitMs();
  }

  private boolean nobodyServes(PartitionMap now) {
    return now.nodes().stream()
        .noneMatch(
            node -> {
              MapNode member = members.get(node.id());
              return member != null && member.incarnation() == node.incarnation();
            });
  }

  /** When {@link #next} should be asked again though nothing happens; empty: only when it does. */
  OptionalLong wakeAtMs(long nowMs) {
    long wake = Long.MAX_VALUE;
    for (long moment :
        new long[] {rebalanceAtMs(), giveUpAtMs(), startedMs + settings.initialWaitMs()}) {
      if (moment > nowMs) {
        wake = Math.min(wake, moment);
      }
    }
    wake = Math.min(wake, suspicions.nextEndMs(nowMs).orElse(Long.MAX_VALUE));
    return wake == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(wake);
  }

  /** The map that {@link #next} answered has been written. */
  void committed(PartitionMap written) {
    fills.mapChanged(map.orElse(written), written);
    map.ifPresent(before -> formers.mapChanged(before, written, members));
    map = Optional.of(written);
    forgetReports();
  }

  private void forgetReports() {
    fills.forgetReports();
    suspicions.forgetReports();
    loaded = new BitSet();
  }

  /** {@link #next} could not be written; it will be asked again. */
  void notCommitted() {
    changed = true;
  }
}
