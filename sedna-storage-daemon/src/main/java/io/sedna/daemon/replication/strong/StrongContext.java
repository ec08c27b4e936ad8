// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.conf.StrongConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.Lease;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.replication.MapTracker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What the parts of this package work with.
 *
 * @param timers runs what has to wait, and tells the time of deadlines
 * @param timeoutMs how long a call may take in all
 */
@InterfaceAudience.Private
public record StrongContext(
    ClusterView view,
    MapTracker maps,
    Engine engine,
    HybridClock clock,
    Lease lease,
    StrongPeers peers,
    Fences fences,
    SerialScheduler timers,
    StrongConfig config,
    long timeoutMs) {
  /** How long a call from a newer epoch waits for this daemon's map to catch up. */
  static final long CATCH_UP_MS = 1000;

  NodeId self() {
    return view.self();
  }

  long deadlineNanos() {
    return timers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  /** At least 1. */
  long remainingMs(long deadlineNanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - timers.nanoTime()));
  }

  boolean over(long deadlineNanos) {
    return timers.nanoTime() - deadlineNanos >= 0;
  }

  /** Whether this daemon's replica is the partition's primary by a map. */
  boolean isPrimary(MapTracker.Seen seen, int partition) {
    int primary = seen.primary(partition);
    return primary >= 0
        && seen.own()[partition] == ReplicaState.SERVING
        && seen.map().nodes().get(primary).id().equals(self());
  }

  SednaException notPrimary(int partition, String why) {
    return new SednaException(
        ErrorCode.NOT_PRIMARY,
        "node=" + self() + " " + why + ": partition=" + partition + ", epoch=" + maps.epoch(),
        maps.epoch(),
        null);
  }

  /** What is done here has no network that ends it at its deadline. */
  <T> CompletableFuture<T> bounded(CompletableFuture<T> here, long deadlineNanos) {
    if (here.isDone()) {
      return here;
    }
    var bounded = new CompletableFuture<T>();
    SerialScheduler.Scheduled end =
        timers.schedule(
            () ->
                bounded.completeExceptionally(
                    new SednaException(
                        ErrorCode.TIMEOUT,
                        "the other replicas did not take what is under way in time; whether it will"
                            + " count is unknown: node="
                            + self())),
            remainingMs(deadlineNanos));
    var unused =
        here.whenComplete(
            (value, failure) -> {
              end.cancel();
              if (failure == null) {
                bounded.complete(value);
              } else {
                bounded.completeExceptionally(failure);
              }
            });
    return bounded;
  }

  /** Does a call once this daemon's map is as new as the caller's. */
  <T> CompletionStage<T> caughtUp(long epoch, Supplier<T> call) {
    return maps.epoch() >= epoch
        ? CompletableFuture.completedFuture(call.get())
        : maps.await(epoch, CATCH_UP_MS).thenApply(map -> call.get());
  }

  /** As {@link #caughtUp}, of a call that takes time. */
  <T> CompletionStage<T> caughtUpTo(long epoch, Supplier<CompletionStage<T>> call) {
    return maps.epoch() >= epoch
        ? call.get()
        : maps.await(epoch, CATCH_UP_MS).thenCompose(map -> call.get());
  }
}
