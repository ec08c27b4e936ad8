// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.schema.Table;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Repairs that the controller has ordered: each goes through its partitions one by one and tries a
 * partition again that fails. An order is a name for a repair; who gives it again asks how far it
 * is. All state belongs to the worker.
 */
final class RepairOrders {
  /** Orders that are known at once, done ones included. */
  private static final int MAX_ORDERS = 64;

  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MS = 500;
  private static final long KEPT_NS = TimeUnit.MINUTES.toNanos(10);

  private final ClusterView view;
  private final MapTracker maps;
  private final PartitionRepairs repairs;
  private final RepairMarks marks;
  private final RepairPeers peers;
  private final SerialScheduler worker;
  private final Map<String, Job> jobs = new LinkedHashMap<>();

  RepairOrders(
      ClusterView view,
      MapTracker maps,
      PartitionRepairs repairs,
      RepairMarks marks,
      RepairPeers peers,
      SerialScheduler worker) {
    this.view = view;
    this.maps = maps;
    this.repairs = repairs;
    this.marks = marks;
    this.peers = peers;
    this.worker = worker;
  }

  /**
   * Begins what an order says, or tells how far it is.
   *
   * @return fails with LOADING where there is no map, OVERLOADED where there are too many orders
   */
  CompletableFuture<RepairProgress> order(RepairOrder order) {
    var answer = new CompletableFuture<RepairProgress>();
    worker.execute(
        () -> {
          try {
            answer.complete(take(order).progress());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private Job take(RepairOrder order) {
    long now = worker.nanoTime();
    jobs.values().removeIf(job -> job.finished && now - job.finishedAtNanos > KEPT_NS);
    Job known = jobs.get(order.getId());
    if (known != null) {
      return known;
    }
    MapTracker.Seen seen = maps.seen();
    if (seen == null) {
      throw Peers.noMap();
    }
    if (jobs.size() >= MAX_ORDERS) {
      throw new SednaException(
          ErrorCode.OVERLOADED, "too many repairs are known: orders=" + jobs.size());
    }
    var job = new Job(order, seen);
    jobs.put(order.getId(), job);
    job.next();
    return job;
  }

  /** One order. */
  private final class Job {
    private final Queue<AntiEntropy.Target> left = new ArrayDeque<>();
    private final RepairNews news = new RepairNews();
    private final int total;
    private int done;
    private int failed;
    private Reconciler.Outcome sum = Reconciler.Outcome.NOTHING;
    private String failure;
    private boolean finished;
    private long finishedAtNanos;

    Job(RepairOrder order, MapTracker.Seen seen) {
      for (int tableId : order.getTableIds()) {
        Optional<Table> table = view.catalogue().byId(tableId);
        if (table.isPresent() && RepairMarks.concerns(table.get())) {
          if (order.isSetPartitions()) {
            order.getPartitions().forEach(p -> left.add(new AntiEntropy.Target(tableId, p)));
          } else {
            for (int p = 0; p < seen.map().partitions(); p++) {
              if (AntiEntropy.isPrimary(view, seen, p)) {
                left.add(new AntiEntropy.Target(tableId, p));
              }
            }
          }
        }
      }
      total = left.size();
    }

    RepairProgress progress() {
      var progress =
          new RepairProgress(
              done, total, failed, sum.pulled() + sum.pushed(), sum.bytes(), finished);
      return failure == null ? progress : progress.setFailure(failure);
    }

    void next() {
      AntiEntropy.Target target = left.poll();
      if (target == null) {
        end();
      } else {
        attempt(target, 1);
      }
    }

    private void end() {
      finished = true;
      finishedAtNanos = worker.nanoTime();
      MapTracker.Seen seen = maps.seen();
      Optional<MapNode> self = seen.map().node(view.self());
      self.ifPresent(node -> news.tell(seen, node, marks, peers));
    }

    private void attempt(AntiEntropy.Target target, int number) {
      MapTracker.Seen seen = maps.seen();
      if (target.partition() < 0
          || target.partition() >= seen.map().partitions()
          || !AntiEntropy.isPrimary(view, seen, target.partition())) {
        failed++;
        failure = "node=" + view.self() + " is not the primary of partition=" + target.partition();
        done++;
        next();
        return;
      }
      var unused =
          repairs
              .repair(target.tableId(), target.partition())
              .whenComplete(
                  (result, failed) ->
                      worker.execute(
                          () -> {
                            if (failed == null) {
                              repaired(target, result);
                            } else {
                              failed(target, number, failed);
                            }
                          }));
    }

    private void repaired(AntiEntropy.Target target, PartitionRepairs.Result result) {
      sum = sum.plus(result.outcome());
      if (result.mark() > 0) {
        news.add(target.tableId(), target.partition(), result.mark());
      }
      done++;
      next();
    }

    private void failed(AntiEntropy.Target target, int number, Throwable why) {
      if (number < ATTEMPTS) {
        var unused = worker.schedule(() -> attempt(target, number + 1), PAUSE_MS);
        return;
      }
      failed++;
      failure = "partition=" + target.partition() + ": " + why;
      done++;
      next();
    }
  }
}
