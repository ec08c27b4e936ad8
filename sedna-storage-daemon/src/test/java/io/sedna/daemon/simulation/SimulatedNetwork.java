// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.replication.PeerNetwork;
import io.sedna.thrift.convert.Errors;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.thrift.TBase;
import org.apache.thrift.TFieldIdEnum;

/**
 * A network between processes that promises nothing: messages are late, overtake each other, come
 * twice or not at all, and a lost answer is as good as a lost request. Who calls a daemon that has
 * died is told at once or waits for nothing, as chance will have it.
 *
 * <p>It watches that daemons answer in time, whatever happens to others.
 */
final class SimulatedNetwork {
  /** What may come on top of the time that a call is given. */
  private static final long SLACK_MS = 1500;

  /** Some calls wait so long for what a daemon is to hear of. */
  private static final long LONGEST_MS = 5000;

  /** Calls of rounds of repair, and of the watch over loads, which begin again and again. */
  private static final Set<String> ROUNDS =
      Set.of(
          "rootDigests",
          "partDigests",
          "compareRecords",
          "exchangeRecords",
          "repairedPast",
          "partitionLoads");

  private static final String CALL_PRIMARY = "callPrimary";

  private final SimulatedTime time;
  private final Trace trace;
  private final Findings findings;
  private final Chance chance;
  private final Map<String, Server> servers = new TreeMap<>();
  private final Map<String, Link> links = new TreeMap<>();
  private final Set<Call<?>> underWay = new LinkedHashSet<>();

  /** A daemon that listens. */
  record Server(SimulatedProcess process, Lane lane, Object peers, Object clients) {}

  SimulatedNetwork(SimulatedTime time, Trace trace, Findings findings, Chance chance) {
    this.time = time;
    this.trace = trace;
    this.findings = findings;
    this.chance = chance;
  }

  /** From now on, who calls this name reaches this server. */
  void listen(String name, Server server) {
    servers.put(name, server);
  }

  void close(String name) {
    servers.remove(name);
  }

  Link link(String from, String to) {
    return links.computeIfAbsent(from + ">" + to, name -> new Link());
  }

  Collection<Link> links() {
    return links.values();
  }

  /** Calls of living processes that have neither been answered nor failed, but those of rounds. */
  long underWay() {
    return underWay.stream()
        .filter(call -> !call.caller.process().isDead() && !ROUNDS.contains(call.method))
        .count();
  }

  /** The network as a daemon's calls of others see it. */
  PeerNetwork of(SimulatedProcess process, Lane lane) {
    return new PeerNetwork() {
      @Override
      public <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>>
          CompletableFuture<R> call(
              io.sedna.common.partition.MapNode node,
              String method,
              A arguments,
              Supplier<R> emptyResult,
              long timeoutMs) {
        return SimulatedNetwork.this.call(
            lane, node.host(), Service.PEER, method, arguments, emptyResult, timeoutMs);
      }
    };
  }

  /** Calls a daemon; completes on the caller's lane, or never if the caller dies. */
  <R extends TBase<R, F>, F extends TFieldIdEnum> CompletableFuture<R> call(
      Lane caller,
      String to,
      Service service,
      String method,
      TBase<?, ?> arguments,
      Supplier<R> emptyResult,
      long timeoutMs) {
    var call = new Call<R>(caller, to, method, timeoutMs);
    underWay.add(call);
    call.timeout = caller.schedule(() -> call.fail(call.late()), timeoutMs);
    TBase<?, ?> sent = arguments.deepCopy();
    // TCP repeats nothing: what comes twice was repeated by a daemon that may.
    boolean repeatable = service == Service.PEER && !method.equals(CALL_PRIMARY);
    int copies = repeatable && link(caller.process().name(), to).duplicates(chance) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      request(call, service, sent, emptyResult);
    }
    return call.future;
  }

  private <R extends TBase<R, F>, F extends TFieldIdEnum> void request(
      Call<R> call, Service service, TBase<?, ?> arguments, Supplier<R> emptyResult) {
    Link way = link(call.from(), call.to);
    if (!way.delivers(chance)) {
      trace.event(call.from(), "lost", call.to, call.method);
      if (chance.oneIn(4)) {
        // The connection breaks, and the caller notices.
        call.back(way.delayNanos(chance), () -> call.fail(call.unavailable("connection reset")));
      }
      return;
    }
    time.after(way.delayNanos(chance), () -> arrive(call, service, arguments, emptyResult));
  }

  private <R extends TBase<R, F>, F extends TFieldIdEnum> void arrive(
      Call<R> call, Service service, TBase<?, ?> arguments, Supplier<R> emptyResult) {
    Server server = servers.get(call.to);
    if (server == null) {
      if (!chance.oneIn(4)) {
        long delayNanos = link(call.to, call.from()).delayNanos(chance);
        call.back(delayNanos, () -> call.fail(call.unavailable("connection refused")));
      }
      return;
    }
    server
        .lane()
        .execute(
            () -> {
              trace.event(call.to, call.method, "from", call.from());
              Object handler = service == Service.PEER ? server.peers() : server.clients();
              CompletableFuture<R> served =
                  service.call(handler, call.method, arguments, emptyResult.get());
              // A primary's order of changes goes on as long as it is one: who asked gives up.
              if (!served.isDone() && !call.method.equals(CALL_PRIMARY)) {
                watch(call, server, served, 0);
              }
              var unused =
                  served.whenComplete((result, failure) -> answer(call, server, result, failure));
            });
  }

  private <R> void answer(Call<R> call, Server server, R result, Throwable failure) {
    if (server.process().isDead()) {
      return;
    }
    Link way = link(call.to, call.from());
    if (!way.delivers(chance)) {
      trace.event(call.to, "answer lost", call.from(), call.method);
      return;
    }
    SednaException error =
        failure == null ? null : Errors.fromThrift(Errors.toThrift(Errors.of(failure)));
    if (error != null && error.code() == ErrorCode.INTERNAL) {
      findings.failed(call.to + " serving " + call.method, failure);
    }
    call.back(
        way.delayNanos(chance),
        () -> {
          if (error == null) {
            call.complete(result);
          } else {
            call.fail(error);
          }
        });
  }

  /**
   * A daemon answers in the time that it was given, by its own clock and while it is awake. Looked
   * at twice, because one that wakes has some catching up to do.
   */
  private void watch(Call<?> call, Server server, CompletableFuture<?> served, int looked) {
    var unused =
        server
            .lane()
            .schedule(
                () -> {
                  if (served.isDone()) {
                    return;
                  }
                  if (looked == 0) {
                    watch(call, server, served, 1);
                  } else {
                    findings.add(
                        call.to
                            + " did not answer "
                            + call.method
                            + " of "
                            + call.from()
                            + ": timeoutMs="
                            + call.timeoutMs);
                  }
                },
                Math.max(call.timeoutMs, LONGEST_MS) + SLACK_MS);
  }

  /** A call as its caller sees it. */
  private final class Call<R> {
    private final Lane caller;
    private final String to;
    private final String method;
    private final long timeoutMs;
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private io.sedna.common.time.SerialScheduler.Scheduled timeout;

    Call(Lane caller, String to, String method, long timeoutMs) {
      this.caller = caller;
      this.to = to;
      this.method = method;
      this.timeoutMs = timeoutMs;
    }

    String from() {
      return caller.process().name();
    }

    void back(long delayNanos, Runnable task) {
      caller.process().after(caller, delayNanos, task);
    }

    void complete(R result) {
      if (end()) {
        future.complete(result);
      }
    }

    void fail(SednaException error) {
      if (end()) {
        trace.event(from(), method, "of", to, "failed", error.code());
        future.completeExceptionally(error);
      }
    }

    private boolean end() {
      if (future.isDone()) {
        return false;
      }
      underWay.remove(this);
      timeout.cancel();
      return true;
    }

    SednaException late() {
      return new SednaException(
          ErrorCode.TIMEOUT, "no answer to " + method + " from " + to + " in " + timeoutMs + " ms");
    }

    SednaException unavailable(String why) {
      return new SednaException(ErrorCode.UNAVAILABLE, why + ": " + method + " of " + to);
    }
  }
}
