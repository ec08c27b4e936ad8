// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.thrift.peer.RootDigests;
import io.sedna.thrift.peer.TablePartitions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the replicas alike of all partitions whose primary this daemon is, again and again, in the
 * background. A round first compares the roots of the hash trees, those of thousands of partitions
 * in one message; only what differs is looked into, one partition at a time and at no more than the
 * bandwidth that repair may take. After a round all replicas are told which partitions were alike
 * in all of them ({@link RepairMarks}).
 *
 * <p>Eventual tables only. Caches forget what they like; and what replicas of strong tables hold is
 * up to their primary alone. Every method runs on the worker.
 */
final class AntiEntropy {
  private static final Logger LOG = LoggerFactory.getLogger(AntiEntropy.class);

  /** Partitions of tables whose roots are compared in one message. */
  private static final int MAX_ROOTS = 4096;

  private final ClusterView view;
  private final MapTracker maps;
  private final LocalDigests digests;
  private final RepairPeers peers;
  private final PartitionRepairs repairs;
  private final RepairMarks marks;
  private final HybridClock clock;
  private final DaemonMetrics metrics;
  private final SerialScheduler worker;
  private Round round;

  /** One table's partition. */
  record Target(int tableId, int partition) {}

  AntiEntropy(
      ClusterView view,
      MapTracker maps,
      LocalDigests digests,
      RepairPeers peers,
      PartitionRepairs repairs,
      RepairMarks marks,
      HybridClock clock,
      DaemonMetrics metrics,
      SerialScheduler worker) {
    this.view = view;
    this.maps = maps;
    this.digests = digests;
    this.peers = peers;
    this.repairs = repairs;
    this.marks = marks;
    this.clock = clock;
    this.metrics = metrics;
    this.worker = worker;
  }

  /** Begins a round, unless one is under way. */
  void round() {
    MapTracker.Seen seen = maps.seen();
    Optional<MapNode> self = seen == null ? Optional.empty() : seen.map().node(view.self());
    if (round == null && self.isPresent()) {
      round = new Round(seen, self.get());
      round.start();
    }
  }

  /** What this daemon is to see to. */
  static List<Target> targets(ClusterView view, MapTracker.Seen seen) {
    List<Target> targets = new ArrayList<>();
    for (int p = 0; p < seen.map().partitions(); p++) {
      if (isPrimary(view, seen, p) && seen.map().replicaCount(p) > 1) {
        for (Table table : view.catalogue().tables()) {
          if (RepairMarks.concerns(table) && !table.restoring()) {
            targets.add(new Target(table.id(), p));
          }
        }
      }
    }
    return targets;
  }

  /** Whether this daemon is the first that serves a partition. */
  static boolean isPrimary(ClusterView view, MapTracker.Seen seen, int partition) {
    return seen.own()[partition] == ReplicaState.SERVING
        && seen.map().primary(partition).filter(n -> n.id().equals(view.self())).isPresent();
  }

  private final class Round {
    private final MapTracker.Seen begun;
    private final MapNode self;
    private final long mark = marks.beginning();
    private final List<Target> targets;
    private final Queue<Roots> toCompare = new ArrayDeque<>();

    /** Those whose roots differ, or are not known. */
    private final Set<Target> different = new HashSet<>();

    private final Queue<Target> toRepair = new ArrayDeque<>();
    private final RepairNews news = new RepairNews();
    private boolean complete = true;
    private Reconciler.Outcome sum = Reconciler.Outcome.NOTHING;

    /** Targets to be compared with one other daemon. */
    private record Roots(MapNode node, List<Target> targets) {}

    Round(MapTracker.Seen begun, MapNode self) {
      this.begun = begun;
      this.self = self;
      this.targets = AntiEntropy.targets(view, begun);
    }

    void start() {
      TreeMap<String, Roots> open = new TreeMap<>();
      for (Target target : targets) {
        for (MapNode node : PartitionRepairs.others(begun.map(), target.partition(), self)) {
          Roots roots =
              open.computeIfAbsent(node.id().value(), n -> new Roots(node, new ArrayList<>()));
          roots.targets().add(target);
          if (roots.targets().size() == MAX_ROOTS) {
            toCompare.add(roots);
            open.remove(node.id().value());
          }
        }
      }
      toCompare.addAll(open.values());
      compareNext();
    }

    private void compareNext() {
      Roots roots = toCompare.poll();
      if (roots == null) {
        for (Target target : targets) {
          if (different.contains(target)) {
            toRepair.add(target);
          } else {
            alike(target, PartitionRepairs.allServe(begun.map(), target.partition()) ? mark : 0);
          }
        }
        repairNext();
        return;
      }
      TreeMap<Integer, List<Integer>> byTable = new TreeMap<>();
      for (Target target : roots.targets()) {
        byTable.computeIfAbsent(target.tableId(), t -> new ArrayList<>()).add(target.partition());
      }
      List<TablePartitions> asked = new ArrayList<>();
      List<Target> order = new ArrayList<>();
      byTable.forEach(
          (tableId, partitions) -> {
            asked.add(new TablePartitions(tableId, partitions));
            partitions.forEach(p -> order.add(new Target(tableId, p)));
          });
      var unused =
          peers
              .roots(roots.node(), maps.epoch(), asked)
              .whenComplete(
                  (answer, failure) ->
                      worker.execute(
                          () -> {
                            if (failure == null && answer.getDigestsSize() == order.size()) {
                              compare(order, answer);
                            } else {
                              different.addAll(order);
                            }
                            compareNext();
                          }));
    }

    private void compare(List<Target> order, RootDigests answer) {
      Set<Integer> unknown = new HashSet<>(answer.getUnknown());
      for (int i = 0; i < order.size(); i++) {
        Target target = order.get(i);
        Long own = digests.root(target.tableId(), target.partition());
        if (own == null || unknown.contains(i) || answer.getDigests().get(i) != (long) own) {
          different.add(target);
        }
      }
    }

    private void repairNext() {
      Target target = toRepair.poll();
      if (target == null) {
        end();
        return;
      }
      var unused =
          repairs
              .repair(target.tableId(), target.partition())
              .whenComplete(
                  (result, failure) ->
                      worker.execute(
                          () -> {
                            if (failure == null) {
                              sum = sum.plus(result.outcome());
                              alike(target, result.mark());
                            } else {
                              LOG.debug("{} was not repaired: {}", target, failure.toString());
                              complete = false;
                            }
                            repairNext();
                          }));
    }

    /**
     * @param of 0: not in all replicas
     */
    private void alike(Target target, long of) {
      if (of > 0) {
        news.add(target.tableId(), target.partition(), of);
      } else {
        complete = false;
      }
    }

    private void end() {
      news.tell(unchanged(news), self, marks, peers);
      metrics.repairRound(complete, clock.wallMillis());
      if (sum.pulled() + sum.pushed() > 0) {
        LOG.info(
            "Repaired {} of {} partitions: records={} pulled, {} pushed, bytes={}",
            different.size(),
            targets.size(),
            sum.pulled(),
            sum.pushed(),
            sum.bytes());
      }
      round = null;
    }

    /** The map now; what was alike in replicas that it does not have any more is no news. */
    private MapTracker.Seen unchanged(RepairNews told) {
      MapTracker.Seen now = maps.seen();
      told.forget(p -> now.addedAt()[p] != begun.addedAt()[p] || !isPrimary(view, now, p));
      return now;
    }
  }
}
