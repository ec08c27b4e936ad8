// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.time.SerialScheduler;
import io.sedna.thrift.convert.Errors;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks something of every live daemon, again and again until it is done there, the daemon has gone,
 * or the time is up. Thread-safe; nothing blocks.
 */
final class Broadcast {
  private static final long RETRY_MS = 100;

  private final Supplier<Collection<MapNode>> members;
  private final long timeoutMs;
  private final SerialScheduler scheduler;

  /**
   * @param members those that are live when it is asked; thread-safe
   */
  Broadcast(Supplier<Collection<MapNode>> members, long timeoutMs, SerialScheduler scheduler) {
    this.members = members;
    this.timeoutMs = timeoutMs;
    this.scheduler = scheduler;
  }

  /**
   * @param what for the message of the failure, TIMEOUT, which also names the daemon
   */
  CompletableFuture<Void> toAll(String what, Function<MapNode, CompletableFuture<Void>> call) {
    long deadlineNs = scheduler.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    CompletableFuture<?>[] all =
        members.get().stream()
            .map(node -> attempt(what, node, call, deadlineNs).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }

  private CompletionStage<Void> attempt(
      String what, MapNode node, Function<MapNode, CompletableFuture<Void>> call, long deadlineNs) {
    return call.apply(node)
        .exceptionallyCompose(failure -> afterFailure(what, node, call, deadlineNs, failure));
  }

  private CompletionStage<Void> afterFailure(
      String what,
      MapNode node,
      Function<MapNode, CompletableFuture<Void>> call,
      long deadlineNs,
      Throwable failure) {
    if (!members.get().contains(node)) {
      return CompletableFuture.completedFuture(null);
    }
    if (scheduler.nanoTime() - deadlineNs > 0) {
      return CompletableFuture.failedFuture(
          new SednaException(
              ErrorCode.TIMEOUT,
              what
                  + " is done, but daemon "
                  + node.id()
                  + " has not confirmed it for "
                  + timeoutMs
                  + " ms: "
                  + Errors.of(failure).getMessage()));
    }
    var pause = new CompletableFuture<Void>();
    var unused = scheduler.schedule(() -> pause.complete(null), RETRY_MS);
    return pause.thenCompose(again -> attempt(what, node, call, deadlineNs));
  }
}
