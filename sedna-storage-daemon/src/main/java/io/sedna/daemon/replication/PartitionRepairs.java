// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.thrift.convert.Errors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Makes all replicas of a table's partition alike that serve, from this daemon, which is its
 * primary. One partition at a time, whoever asks. Every method runs on the reconciler's worker.
 */
final class PartitionRepairs {
  private final Reconciler reconciler;
  private final RepairMarks marks;
  private final Queue<Run> waiting = new ArrayDeque<>();
  private boolean busy;

  /**
   * How it went.
   *
   * @param mark if every replica of the map served: now all have everything of before; 0: not all
   */
  record Result(Reconciler.Outcome outcome, long mark) {}

  PartitionRepairs(Reconciler reconciler, RepairMarks marks) {
    this.reconciler = reconciler;
    this.marks = marks;
  }

  /**
   * Makes them alike.
   *
   * @return fails if one of those that serve could not be made alike with this one
   */
  CompletableFuture<Result> repair(int tableId, int partition) {
    var run = new Run(tableId, partition);
    waiting.add(run);
    next();
    return run.done;
  }

  private void next() {
    if (!busy && !waiting.isEmpty()) {
      busy = true;
      waiting.remove().start();
    }
  }

  /** Other daemons that serve a partition of eventual tables. */
  static List<MapNode> others(PartitionMap map, int partition, MapNode self) {
    var others = new ArrayList<MapNode>();
    for (Replica replica : map.replicas(partition)) {
      if (replica.state().servesEventual() && !replica.node().id().equals(self.id())) {
        others.add(replica.node());
      }
    }
    return others;
  }

  /** Whether each replica of a partition serves eventual tables. */
  static boolean allServe(PartitionMap map, int partition) {
    for (int i = 0; i < map.replicaCount(partition); i++) {
      if (!map.replicaState(partition, i).servesEventual()) {
        return false;
      }
    }
    return true;
  }

  /** One partition: with each of the others, and with those again that came before a last news. */
  private final class Run {
    private final int tableId;
    private final int partition;
    private final CompletableFuture<Result> done = new CompletableFuture<>();
    private Reconciler.Outcome outcome = Reconciler.Outcome.NOTHING;
    private List<MapNode> peers = List.of();
    private MapTracker.Seen begun;
    private long mark;

    Run(int tableId, int partition) {
      this.tableId = tableId;
      this.partition = partition;
    }

    void start() {
      try {
        begun = reconciler.maps.seen();
        PartitionMap map =
            reconciler.replica.requireServing(reconciler.maps.epoch(), tableId, partition);
        MapNode self = map.primary(partition).orElseThrow();
        peers = others(map, partition, self);
        mark = allServe(map, partition) ? marks.beginning() : 0;
        with(0, peers.size(), false);
      } catch (RuntimeException e) {
        end(e);
      }
    }

    /**
     * Goes on with a peer.
     *
     * @param to where to end
     * @param again whether each has been met once
     */
    private void with(int peer, int to, boolean again) {
      if (peer == to) {
        end(null);
        return;
      }
      var unused =
          reconciler
              .reconcile(tableId, partition, peers.get(peer), false)
              .whenComplete(
                  (result, failure) ->
                      reconciler.worker.execute(() -> met(peer, to, again, result, failure)));
    }

    private void met(
        int peer, int to, boolean again, Reconciler.Outcome result, Throwable failure) {
      if (failure != null) {
        end(failure);
        return;
      }
      outcome = outcome.plus(result);
      if (result.pulled() > 0) {
        lastNews = peer;
      }
      if (peer + 1 < to) {
        with(peer + 1, to, again);
      } else if (!again && lastNews > 0) {
        with(0, lastNews, true);
      } else {
        end(null);
      }
    }

    /** The last peer that something came from: those before it may lack that. */
    private int lastNews;

    private void end(Throwable failure) {
      busy = false;
      if (failure == null) {
        done.complete(new Result(outcome, sameReplicas() ? mark : 0));
      } else {
        reconciler.metrics.repairFailed();
        done.completeExceptionally(Errors.of(failure));
      }
      next();
    }

    private boolean sameReplicas() {
      MapTracker.Seen now = reconciler.maps.seen();
      return now.addedAt()[partition] == begun.addedAt()[partition];
    }
  }
}
