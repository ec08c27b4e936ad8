// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.placement.Placement;
import io.sedna.daemon.placement.PlacementInput;
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
  private final Map<NodeId, BitSet> filled = new HashMap<>();
  private BitSet loaded = new BitSet();

  /**
   * Since which epoch a replica is being filled, by node and partition. A report made before it
   * speaks of an earlier replica of the same partition, which was dropped, or of what it held
   * before the partition's primary changed, which it forgets then. Of replicas that this controller
   * found: since the map that it found.
   */
  private Map<NodeId, Map<Integer, Long>> fillingSince = new HashMap<>();

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
    map.ifPresent(now -> fillingSince = fillingSince(now, now, Map.of()));
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
    changed = true;
  }

  void drainingAre(Set<NodeId> nodes) {
    if (!nodes.equals(draining)) {
      draining = Set.copyOf(nodes);
      changed = true;
    }
  }

  /**
   * Replicas that are filling and were reported filled. Reports of another run of the node, or of
   * replicas that are not filling, are forgotten.
   *
   * @param epoch the newest map that the node knew when it reported
   */
  void filled(NodeId node, long incarnation, long epoch, Collection<Integer> partitions) {
    MapNode member = members.get(node);
    if (map.isEmpty() || member == null || member.incarnation() != incarnation) {
      return;
    }
    Map<Integer, Long> since = fillingSince.getOrDefault(node, Map.of());
    for (int partition : partitions) {
      if (since.containsKey(partition) && epoch >= since.get(partition)) {
        filled.computeIfAbsent(node, n -> new BitSet()).set(partition);
        changed = true;
      }
    }
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
            .filled(filled)
            .loaded(loaded)
            .rebalance(map.isEmpty() || nowMs >= rebalanceAtMs())
            .declareLost(nowMs >= giveUpAtMs());
    PartitionMap next = Placement.plan(input);
    if (map.isPresent() && next.equals(map.get())) {
      filled.clear();
      loaded = new BitSet();
      return Optional.empty();
    }
    return Optional.of(next);
  }

  private boolean due(long nowMs) {
    return changed || crossed(rebalanceAtMs(), nowMs) || crossed(giveUpAtMs(), nowMs);
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
    return wake == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(wake);
  }

  /** The map that {@link #next} answered has been written. */
  void committed(PartitionMap written) {
    fillingSince = fillingSince(map.orElse(written), written, fillingSince);
    map = Optional.of(written);
    filled.clear();
    loaded = new BitSet();
  }

  /** {@link #next} could not be written; it will be asked again. */
  void notCommitted() {
    changed = true;
  }

  private static Map<NodeId, Map<Integer, Long>> fillingSince(
      PartitionMap last, PartitionMap map, Map<NodeId, Map<Integer, Long>> before) {
    var since = new HashMap<NodeId, Map<Integer, Long>>();
    for (int p = 0; p < map.partitions(); p++) {
      boolean samePrimary = map.primary(p).equals(last.primary(p));
      for (int i = 0; i < map.replicaCount(p); i++) {
        if (map.replicaState(p, i) == ReplicaState.FILLING) {
          NodeId node = map.nodes().get(map.replicaNodeIndex(p, i)).id();
          long first =
              samePrimary
                  ? before.getOrDefault(node, Map.of()).getOrDefault(p, map.epoch())
                  : map.epoch();
          since.computeIfAbsent(node, n -> new HashMap<>()).put(p, first);
        }
      }
    }
    return since;
  }
}
