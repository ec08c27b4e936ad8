// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.conf.HostPort;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.PartitionMapCodec;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.PartitionMapResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * The newest partition map that this client has seen. At most one fetch is under way; whoever wants
 * one meanwhile shares it. Thread-safe.
 */
final class MapCache {
  private static final int MAX_DAEMONS_ASKED = 8;

  private final List<HostPort> bootstrap;
  private final Calls calls;
  private final WriteClock clock;
  private final NodeHealth health;
  private final long timeoutMs;
  private final BiConsumer<Routing, Routing> newer;
  private final AtomicReference<Routing> current;
  private final AtomicReference<CompletableFuture<Routing>> fetching = new AtomicReference<>();

  /**
   * @param newer told of each map that is newer than those before, and of the one before
   */
  MapCache(
      List<HostPort> bootstrap,
      Calls calls,
      WriteClock clock,
      NodeHealth health,
      long timeoutMs,
      BiConsumer<Routing, Routing> newer) {
    this.newer = newer;
    this.bootstrap = bootstrap;
    this.calls = calls;
    this.clock = clock;
    this.health = health;
    this.timeoutMs = timeoutMs;
    this.current = new AtomicReference<>(new Routing(null, bootstrap));
  }

  Routing current() {
    return current.get();
  }

  /** The map, once it is at least of this epoch or a daemon has been asked for it. */
  CompletableFuture<Routing> atLeast(long epoch, HostPort knower) {
    Routing now = current.get();
    return now.map() != null && now.epoch() >= epoch
        ? CompletableFuture.completedFuture(now)
        : refresh(knower);
  }

  /**
   * Asks one daemon after another until one answers.
   *
   * @param first whom to ask first; null: whoever
   * @return fails with UNAVAILABLE that names those asked
   */
  CompletableFuture<Routing> refresh(HostPort first) {
    var mine = new CompletableFuture<Routing>();
    CompletableFuture<Routing> other = fetching.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    var asked = new LinkedHashSet<HostPort>();
    if (first != null) {
      asked.add(first);
    }
    List<HostPort> known = current.get().shuffled();
    known.stream().filter(node -> !health.isSuspect(node)).forEach(asked::add);
    asked.addAll(bootstrap);
    asked.addAll(known);
    var candidates = new ArrayDeque<HostPort>();
    asked.stream().limit(MAX_DAEMONS_ASKED + (long) bootstrap.size()).forEach(candidates::add);
    ask(candidates, asked, mine);
    return mine;
  }

  private void ask(
      Deque<HostPort> candidates, LinkedHashSet<HostPort> asked, CompletableFuture<Routing> done) {
    HostPort node = candidates.poll();
    long sent = System.nanoTime();
    var unused =
        calls
            .partitionMap(node, current.get().epoch(), timeoutMs)
            .thenApply(result -> learn(result, sent))
            .whenComplete(
                (routing, failure) -> {
                  if (failure == null) {
                    health.answered(node);
                    fetching.set(null);
                    done.complete(routing);
                    return;
                  }
                  SednaException e = Errors.of(failure);
                  if (Cure.of(e) == Cure.ELSEWHERE) {
                    health.failed(node);
                  }
                  if (!candidates.isEmpty()) {
                    ask(candidates, asked, done);
                    return;
                  }
                  fetching.set(null);
                  done.completeExceptionally(
                      new SednaException(
                          ErrorCode.UNAVAILABLE,
                          "no daemon gave its partition map: asked="
                              + asked
                              + ", last error: "
                              + e.getMessage(),
                          e));
                });
  }

  private Routing learn(PartitionMapResult result, long sentNanos) {
    if (result.isSetClock()) {
      clock.sample(sentNanos, System.nanoTime(), result.getClock());
    }
    if (!result.isSetEncoded()) {
      return current.get();
    }
    PartitionMap fetched = PartitionMapCodec.decode(result.getEncoded());
    Routing now = Routing.of(fetched);
    Routing before = current.getAndUpdate(old -> now.epoch() > old.epoch() ? now : old);
    if (now.epoch() > before.epoch()) {
      newer.accept(before, now);
    }
    return current.get();
  }
}
