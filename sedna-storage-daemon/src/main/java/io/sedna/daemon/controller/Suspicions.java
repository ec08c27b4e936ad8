// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.TableSchema;
import io.sedna.daemon.placement.Doubts;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What primaries say of replicas that do not answer them, and what follows.
 *
 * <p>A primary is believed: the replicas that it names are out of sync, or are dropped where they
 * were being filled with all tables. One exception: a primary that has named <em>every</em> other
 * replica of a partition, two at least, within {@link #WINDOW_MS} is more likely to be the one that
 * is cut off. Then nothing is demoted and a serving replica that nobody doubts follows it as
 * primary; where there is none, it is believed after all. Either way the primary keeps its replica
 * and no more than what {@code minInSync} promises can be lost.
 *
 * <p>Whoever is demoted, dropped or cut off is given nothing new for a while, which doubles each
 * time that it happens again soon.
 */
final class Suspicions {
  /** Reports of one daemon within this time are taken together. */
  static final long WINDOW_MS = 5000;

  static final long FIRST_BACK_OFF_MS = 2000;

  /** Well within the minute in which a cluster is to be whole again after faults. */
  static final long LONGEST_BACK_OFF_MS = 15_000;

  /** Of no back-off so long after its end is anything remembered. */
  private static final long FORGIVEN_MS = 60_000;

  private final Map<NodeId, Set<NodeId>> unjudged = new TreeMap<>();
  private final Map<NodeId, Map<NodeId, Long>> named = new HashMap<>();
  private final Map<NodeId, BackOff> backOffs = new TreeMap<>();

  private record BackOff(long lengthMs, long untilMs) {}

  void report(NodeId reporter, Collection<NodeId> suspects, long nowMs) {
    unjudged.computeIfAbsent(reporter, r -> new HashSet<>()).addAll(suspects);
    Map<NodeId, Long> all = named.computeIfAbsent(reporter, r -> new HashMap<>());
    suspects.forEach(suspect -> all.put(suspect, nowMs));
  }

  /** What was reported is done, or has become void with the map. */
  void forgetReports() {
    unjudged.clear();
  }

  /**
   * What is to be done about the reports since the last map, which speak of this one.
   *
   * @param draining nodes that no primary passes to
   * @param lingering replicas that cannot be demoted
   */
  Doubts judge(
      PartitionMap map,
      Map<NodeId, MapNode> members,
      Set<NodeId> draining,
      Map<NodeId, BitSet> lingering,
      long nowMs) {
    forgetOld(nowMs);
    var unreachable = new HashMap<NodeId, BitSet>();
    var cutOff = new BitSet();
    if (!unjudged.isEmpty()) {
      new Judgement(map, members, draining, nowMs, unreachable, cutOff).run();
    }
    return new Doubts(lingering, unreachable, cutOff, avoided(nowMs));
  }

  private final class Judgement {
    private final PartitionMap map;
    private final Map<NodeId, BitSet> unreachable;
    private final BitSet cutOff;
    private final Set<NodeId> doubted;
    private final long nowMs;

    // By the place of the reporter in the map; null: it has named none.
    private final BitSet[] justNamed;
    private final BitSet[] everNamed;
    private final boolean[] live;

    Judgement(
        PartitionMap map,
        Map<NodeId, MapNode> members,
        Set<NodeId> draining,
        long nowMs,
        Map<NodeId, BitSet> unreachable,
        BitSet cutOff) {
      this.map = map;
      this.nowMs = nowMs;
      this.unreachable = unreachable;
      this.cutOff = cutOff;
      this.doubted = avoided(nowMs);
      doubted.addAll(draining);
      int nodes = map.nodes().size();
      justNamed = new BitSet[nodes];
      everNamed = new BitSet[nodes];
      live = new boolean[nodes];
      for (int i = 0; i < nodes; i++) {
        MapNode node = map.nodes().get(i);
        live[i] = node.equals(members.get(node.id()));
      }
      unjudged.forEach(
          (reporter, suspects) -> {
            int place = map.nodeIndex(reporter);
            if (place >= 0 && live[place]) {
              justNamed[place] = places(suspects);
              everNamed[place] = places(named.getOrDefault(reporter, Map.of()).keySet());
            }
          });
    }

    private BitSet places(Set<NodeId> nodes) {
      var places = new BitSet();
      nodes.stream().mapToInt(map::nodeIndex).filter(i -> i >= 0 && live[i]).forEach(places::set);
      return places;
    }

    void run() {
      var toAvoid = new HashSet<NodeId>();
      for (int p = 0; p < map.partitions(); p++) {
        int primary = FormerPrimaries.primary(map, p);
        if (primary < 0 || justNamed[primary] == null || !namesAny(p, primary)) {
          continue;
        }
        if (isCutOff(p, primary)) {
          cutOff.set(p);
          toAvoid.add(map.nodes().get(primary).id());
        } else {
          doubt(p, primary, toAvoid);
        }
      }
      toAvoid.forEach(node -> avoid(node, nowMs));
    }

    private int serving(int p) {
      int serving = 0;
      for (int i = 0; i < map.replicaCount(p); i++) {
        boolean serves = map.replicaState(p, i) == ReplicaState.SERVING;
        serving += serves && live[map.replicaNodeIndex(p, i)] ? 1 : 0;
      }
      return serving;
    }

    private boolean namesAny(int p, int primary) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        int node = map.replicaNodeIndex(p, i);
        if (node != primary && justNamed[primary].get(node)) {
          return true;
        }
      }
      return false;
    }

    private boolean isCutOff(int p, int primary) {
      int others = 0;
      boolean successor = false;
      for (int i = 0; i < map.replicaCount(p); i++) {
        int node = map.replicaNodeIndex(p, i);
        if (node == primary || !live[node]) {
          continue;
        }
        if (!everNamed[primary].get(node)) {
          return false;
        }
        others++;
        successor |=
            map.replicaState(p, i) == ReplicaState.SERVING
                && !doubted.contains(map.nodes().get(node).id());
      }
      return others > 1 && successor;
    }

    /**
     * So many stay in sync, whatever the primary says of them, that a minority of N can be lost: a
     * partition without a replica in sync is LOADING, of eventual tables too.
     */
    private void doubt(int p, int primary, Set<NodeId> toAvoid) {
      int mayGo = serving(p) - (map.replication() - TableSchema.majority(map.replication()) + 1);
      for (int i = 0; i < map.replicaCount(p); i++) {
        int place = map.replicaNodeIndex(p, i);
        if (place != primary && justNamed[primary].get(place)) {
          if (map.replicaState(p, i) == ReplicaState.SERVING && mayGo-- <= 0) {
            continue;
          }
          NodeId node = map.nodes().get(place).id();
          unreachable.computeIfAbsent(node, n -> new BitSet()).set(p);
          toAvoid.add(node);
        }
      }
    }
  }

  private void forgetOld(long nowMs) {
    named.values().forEach(all -> all.values().removeIf(atMs -> nowMs - atMs > WINDOW_MS));
    named.values().removeIf(Map::isEmpty);
    backOffs.values().removeIf(backOff -> nowMs - backOff.untilMs() > FORGIVEN_MS);
  }

  private void avoid(NodeId node, long nowMs) {
    BackOff before = backOffs.get(node);
    long lengthMs = FIRST_BACK_OFF_MS;
    if (before != null) {
      boolean goesOn = nowMs < before.untilMs();
      lengthMs = goesOn ? before.lengthMs() : Math.min(LONGEST_BACK_OFF_MS, 2 * before.lengthMs());
    }
    backOffs.put(node, new BackOff(lengthMs, nowMs + lengthMs));
  }

  /** Nodes that are given nothing new. */
  Set<NodeId> avoided(long nowMs) {
    var avoided = new HashSet<NodeId>();
    backOffs.forEach(
        (node, backOff) -> {
          if (nowMs < backOff.untilMs()) {
            avoided.add(node);
          }
        });
    return avoided;
  }

  /** When the next back-off ends; empty: there is none. */
  OptionalLong nextEndMs(long nowMs) {
    return backOffs.values().stream()
        .mapToLong(BackOff::untilMs)
        .filter(untilMs -> untilMs > nowMs)
        .min();
  }

  /** Whether a back-off has ended after one moment, and not after another. */
  boolean endedBetween(long afterMs, long nowMs) {
    return backOffs.values().stream()
        .anyMatch(backOff -> afterMs < backOff.untilMs() && backOff.untilMs() <= nowMs);
  }
}
