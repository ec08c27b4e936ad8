// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.sedna.client.rpc.RpcClient;
import io.sedna.client.wire.RequestIds;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.HostPort;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the tables and the administration of one client share. Thread-safe. */
final class ClientCore {
  private static final Logger LOG = LoggerFactory.getLogger(ClientCore.class);

  /** Calls that have begun and not ended; one more fails with OVERLOADED. */
  static final int MAX_CALLS = 1 << 16;

  private static final long MAP_TIMEOUT_MS = 2_000;

  /** A map is asked for this often while calls pause: what they wait for may have happened. */
  private static final long MAP_WATCH_MS = 100;

  /** A map is asked for this often though nothing seems amiss: the answer also tells the time. */
  private static final long MAP_INTERVAL_MS = 10_000;

  private final ClientConfig config;
  private final EventLoopGroup group;
  private final RpcClient rpc;
  private final Executor callbacks;
  private final Calls calls;
  private final NodeHealth health = new NodeHealth();
  private final WriteClock clock = new WriteClock();
  private final RequestIds requests = new RequestIds(new SecureRandom().nextLong(), clock::millis);
  private final MapCache maps;
  private final AtomicInteger underWay = new AtomicInteger();
  private final LongAdder retries = new LongAdder();
  private final AtomicBoolean refreshScheduled = new AtomicBoolean();
  private final AtomicBoolean watchScheduled = new AtomicBoolean();
  private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
  private final Set<Runnable> pausing = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param callbacks completes what callers see; null: the event loops do
   */
  ClientCore(
      ClientConfig config,
      List<HostPort> bootstrap,
      EventLoopGroup group,
      RpcClient rpc,
      Executor callbacks) {
    this.config = config;
    this.group = group;
    this.rpc = rpc;
    this.callbacks = callbacks;
    this.calls = new Calls(rpc);
    this.maps =
        new MapCache(
            bootstrap,
            calls,
            clock,
            health,
            Math.min(MAP_TIMEOUT_MS, config.requestTimeoutMs()),
            this::newMap);
    rpc.onSilence(this::silent);
    scheduleRegularRefresh();
  }

  Calls calls() {
    return calls;
  }

  MapCache maps() {
    return maps;
  }

  NodeHealth health() {
    return health;
  }

  WriteClock clock() {
    return clock;
  }

  RequestIds requests() {
    return requests;
  }

  ClientConfig config() {
    return config;
  }

  long requestTimeoutMs() {
    return config.requestTimeoutMs();
  }

  /** A call is tried again. */
  void countRetry() {
    retries.increment();
  }

  long retries() {
    return retries.sum();
  }

  /** How long the first attempt of a call may take. */
  long attemptTimeoutMs() {
    return Math.min(config.requestTimeoutMs(), config.deadlineMs());
  }

  Pauses pauses() {
    return pauses(System.nanoTime());
  }

  /**
   * @param startNanos when the call began
   */
  Pauses pauses(long startNanos) {
    return new Pauses(config.retryBaseMs(), config.retryMaxMs(), config.deadlineMs(), startNanos);
  }

  /** False: the client is closed, and it will not run. */
  boolean schedule(Runnable task, long ms) {
    return schedule(task, ms, waiting);
  }

  /**
   * Runs the next attempt of a call after a pause, or as soon as a newer map has come, which is
   * looked for meanwhile. False: the client is closed, and it will not run.
   */
  boolean pause(Runnable attempt, long ms) {
    boolean scheduled = schedule(attempt, ms, pausing);
    watchMap();
    return scheduled;
  }

  private void watchMap() {
    if (!pausing.isEmpty()
        && watchScheduled.compareAndSet(false, true)
        && !schedule(
            () -> {
              watchScheduled.set(false);
              if (!pausing.isEmpty()) {
                refreshMap();
                watchMap();
              }
            },
            MAP_WATCH_MS)) {
      watchScheduled.set(false);
    }
  }

  /** A daemon that hangs is asked last, and others whether it still has what it had. */
  private void silent(HostPort node) {
    health.failed(node);
    refreshMapSoon();
  }

  /**
   * Calls that wait for a daemon which has lost what they are for, and which does not even say so,
   * are sent elsewhere.
   */
  private void newMap(Routing before, Routing now) {
    for (HostPort node : now.deposedSince(before)) {
      rpc.giveUpSilent(
          node.host(), node.port(), "the partition map of epoch " + now.epoch() + " names others");
    }
    endPauses();
  }

  private void endPauses() {
    List.copyOf(pausing).forEach(Runnable::run);
  }

  private boolean schedule(Runnable task, long ms, Set<Runnable> tasks) {
    Runnable once =
        new Runnable() {
          @Override
          public void run() {
            if (tasks.remove(this)) {
              task.run();
            }
          }
        };
    tasks.add(once);
    try {
      if (!closed) {
        var unused = group.next().schedule(once, ms, TimeUnit.MILLISECONDS);
      }
    } catch (RejectedExecutionException e) {
      return !tasks.remove(once);
    }
    // If close() came in between, either it ran the task or nobody does.
    return !closed || !tasks.remove(once);
  }

  /** Something failed that a newer map may explain. */
  void refreshMapSoon() {
    if (refreshScheduled.compareAndSet(false, true)
        && !schedule(
            () -> {
              refreshScheduled.set(false);
              refreshMap();
            },
            config.retryBaseMs())) {
      refreshScheduled.set(false);
    }
  }

  private void refreshMap() {
    var unused =
        maps.refresh(null)
            .whenComplete(
                (routing, failure) -> {
                  if (failure != null && !closed) {
                    LOG.debug("no newer partition map: {}", failure.getMessage());
                  }
                });
  }

  private void scheduleRegularRefresh() {
    var unused =
        schedule(
            () -> {
              refreshMap();
              scheduleRegularRefresh();
            },
            MAP_INTERVAL_MS);
  }

  /** Begins a call of a caller, unless there are too many, and completes it where callers want. */
  <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> call) {
    SednaException refusal = enter();
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    CompletableFuture<T> started;
    try {
      started = call.get();
    } catch (RuntimeException e) {
      started = CompletableFuture.failedFuture(e);
    }
    // A future of its own, so that callers see a SednaException without wrapping.
    var seen = new CompletableFuture<T>();
    var unused = started.whenComplete((value, failure) -> end(seen, value, failure));
    return seen;
  }

  /** Null: a call has begun, and {@link #end} has to follow; otherwise why it may not begin. */
  SednaException enter() {
    if (closed) {
      return closed();
    }
    if (underWay.incrementAndGet() > MAX_CALLS) {
      underWay.decrementAndGet();
      return new SednaException(
          ErrorCode.OVERLOADED, "too many calls under way in this client: limit=" + MAX_CALLS);
    }
    return null;
  }

  /** Completes what the caller sees, where callers want. */
  <T> void end(CompletableFuture<T> seen, T value, Throwable failure) {
    underWay.decrementAndGet();
    if (callbacks == null) {
      settle(seen, value, failure);
      return;
    }
    try {
      callbacks.execute(() -> settle(seen, value, failure));
    } catch (RejectedExecutionException e) {
      settle(seen, value, failure);
    }
  }

  private static <T> void settle(CompletableFuture<T> future, T value, Throwable failure) {
    if (failure == null) {
      future.complete(value);
    } else {
      future.completeExceptionally(Errors.of(failure));
    }
  }

  /**
   * Waits for a future of this client.
   *
   * @throws SednaException what it failed with, with the caller's stack
   */
  <T> T await(CompletableFuture<T> future) {
    checkMayWait();
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw rethrown(Errors.of(e));
    }
  }

  /**
   * @throws IllegalStateException on an event loop, where waiting would keep the answer from coming
   */
  void checkMayWait() {
    for (EventExecutor loop : group) {
      if (loop.inEventLoop()) {
        throw new IllegalStateException(
            "a call that waits was made on an event loop of the client; use its Async form");
      }
    }
  }

  /** Waits on the caller's thread. */
  void sleep(long ms) {
    checkMayWait();
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
  }

  static SednaException interrupted(InterruptedException e) {
    return new SednaException(ErrorCode.INTERNAL, "interrupted while waiting for an answer", e);
  }

  /** The same failure with the stack of the caller that waited for it. */
  static SednaException rethrown(SednaException e) {
    return new SednaException(
        e.code(), e.category(), e.getMessage(), e.epoch(), e.retryAfterMs(), e);
  }

  /**
   * Asks one daemon after another, with pauses, until one has told its map, or that it has none.
   */
  CompletableFuture<Routing> firstContact() {
    return new Attempts<>(
            this, new Route.ToAny(), (to, epoch, timeoutMs) -> maps.refresh(to), Repeat.FREELY)
        .run();
  }

  /** A routing with a map. */
  CompletableFuture<Routing> readyMap() {
    Routing routing = maps.current();
    if (routing.map() != null) {
      return CompletableFuture.completedFuture(routing);
    }
    Attempts.Sender<Routing> sender =
        (to, epoch, timeoutMs) ->
            maps.refresh(to)
                .thenCompose(
                    found ->
                        found.map() == null
                            ? CompletableFuture.failedFuture(noMap())
                            : CompletableFuture.completedFuture(found));
    return new Attempts<>(this, new Route.ToAny(), sender, Repeat.FREELY).run();
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
    rpc.close();
    // Calls in a pause: they find the client closed and say so to their callers.
    List.copyOf(waiting).forEach(Runnable::run);
    List.copyOf(pausing).forEach(Runnable::run);
    RpcClient.shutDown(group);
  }

  static SednaException closed() {
    return new SednaException(ErrorCode.SHUTTING_DOWN, "the client is closed");
  }

  static SednaException noMap() {
    return new SednaException(
        ErrorCode.LOADING, "the instance has no partition map yet: too few daemons have come");
  }
}
