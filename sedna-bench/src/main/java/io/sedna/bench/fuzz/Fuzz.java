// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import io.sedna.bench.fuzz.Canary.WrongAnswerException;
import io.sedna.bench.fuzz.RecentInputs.Input;
import io.sedna.bench.workload.FastRandom;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One run: attackers and canaries of all ports until the time is over or somebody complains. */
final class Fuzz {
  private static final long PAUSE_MS = 2;
  private static final long PROGRESS_MS = 1000;

  private final FuzzSpec spec;
  private final Supplier<String> health;
  private final Consumer<String> progress;
  private final RecentInputs recent = new RecentInputs();
  private final AtomicReference<Failure> failure = new AtomicReference<>();
  private final Map<FuzzProtocol, FuzzCounts> counts = new EnumMap<>(FuzzProtocol.class);
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean over;

  /** What was noticed, and the inputs that may be the cause. */
  private record Failure(String what, List<Input> inputs) {}

  /** Something that runs until the time is over. */
  private interface Task {
    void run() throws IOException, WrongAnswerException, InterruptedException;
  }

  private Fuzz(FuzzSpec spec, Supplier<String> health, Consumer<String> progress) {
    this.spec = spec;
    this.health = health;
    this.progress = progress;
    spec.targets().keySet().forEach(protocol -> counts.put(protocol, new FuzzCounts()));
  }

  /**
   * @param health what is wrong with the server's process, null if nothing is or none is known
   * @param progress is told a line each second
   * @throws IOException if the folder of inputs cannot be read or written
   */
  static FuzzResult run(FuzzSpec spec, Supplier<String> health, Consumer<String> progress)
      throws IOException, InterruptedException {
    return new Fuzz(spec, health, progress).run();
  }

  private FuzzResult run() throws IOException, InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool(Fuzz::daemonThread);
    var running = new ArrayList<Future<?>>();
    long started = System.nanoTime();
    try {
      for (var target : spec.targets().entrySet()) {
        FuzzProtocol protocol = target.getKey();
        InetSocketAddress address = target.getValue();
        List<byte[]> known = RecentInputs.read(spec.corpus(), protocol);
        var next = new AtomicLong();
        for (int i = 0; i < spec.canaries(); i++) {
          int number = i;
          running.add(threads.submit(guarded(() -> watch(protocol, address, number))));
        }
        for (int i = 0; i < spec.attackers(); i++) {
          running.add(threads.submit(guarded(() -> attack(protocol, address, known, next))));
        }
      }
      report(started);
    } finally {
      over = true;
      threads.shutdown();
      // As long as one exchange and one look may take.
      threads.awaitTermination(2L * spec.timeoutMs(), TimeUnit.MILLISECONDS);
      threads.shutdownNow();
    }
    for (Future<?> task : running) {
      try {
        if (task.isDone()) {
          task.get();
        }
      } catch (ExecutionException e) {
        fail("the fuzzer failed: " + e.getCause(), recent.all());
      }
    }
    check();
    lastLook();
    Failure found = failure.get();
    return found == null
        ? new FuzzResult(counts, null, List.of())
        : new FuzzResult(
            counts,
            explained(found.what()),
            RecentInputs.write(spec.corpus(), spec.seed(), found.inputs()));
  }

  /** A dead process explains more than a connection that it broke. */
  private String explained(String what) {
    String wrong = health.get();
    return wrong == null || wrong.equals(what) ? what : wrong + "; first noticed: " + what;
  }

  private static Thread daemonThread(Runnable task) {
    var thread = new Thread(task, "fuzz");
    thread.setDaemon(true);
    return thread;
  }

  /** A task whose troubles are the server's. */
  private Runnable guarded(Task task) {
    return () -> {
      try {
        task.run();
      } catch (IOException e) {
        fail(e.getMessage() == null ? e.toString() : e.getMessage(), recent.all());
      } catch (WrongAnswerException e) {
        fail(e.getMessage(), recent.all());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  /** The first is what matters. */
  private void fail(String what, List<Input> inputs) {
    failure.compareAndSet(null, new Failure(what, inputs));
  }

  private boolean isOver() {
    return over || failure.get() != null;
  }

  private void report(long started) throws InterruptedException {
    long endNanos = started + spec.time().toNanos();
    while (!isOver() && System.nanoTime() - endNanos < 0) {
      long leftMs = (endNanos - System.nanoTime()) / 1_000_000 + 1;
      Thread.sleep(Math.min(PROGRESS_MS, leftMs));
      check();
      long seconds = (System.nanoTime() - started) / 1_000_000_000;
      var line = new StringBuilder(seconds + " s");
      counts.forEach(
          (protocol, count) -> line.append("; ").append(protocol.id()).append(": ").append(count));
      progress.accept(line.toString());
    }
  }

  private void check() {
    String wrong = health.get();
    if (wrong != null) {
      fail(wrong, recent.all());
    }
  }

  private void watch(FuzzProtocol protocol, InetSocketAddress address, int number)
      throws IOException, WrongAnswerException, InterruptedException {
    FuzzCounts count = counts.get(protocol);
    // What a canary meets before there is an input is no input's fault.
    while (!isOver() && recent.none()) {
      Thread.sleep(PAUSE_MS);
    }
    try (Canary canary = protocol.canary(address, number, spec.timeoutMs())) {
      while (!isOver()) {
        count.canaryOperations.add(canary.look());
        Thread.sleep(PAUSE_MS);
      }
      // Its connection has stood all of it.
      if (failure.get() == null) {
        count.canaryOperations.add(canary.look());
      }
    }
  }

  /** New connections are served too when all is over. */
  private void lastLook() {
    spec.targets()
        .forEach(
            (protocol, address) -> {
              if (failure.get() == null) {
                guarded(
                        () -> {
                          try (Canary canary =
                              protocol.canary(address, spec.canaries(), spec.timeoutMs())) {
                            counts.get(protocol).canaryOperations.add(canary.look());
                          }
                        })
                    .run();
              }
            });
  }

  private void attack(
      FuzzProtocol protocol, InetSocketAddress address, List<byte[]> known, AtomicLong next)
      throws IOException, InterruptedException {
    try (var exchanges = new Exchanges(address, spec.timeoutMs())) {
      while (!isOver()) {
        long place = next.getAndIncrement();
        var random =
            new Random(
                FastRandom.mix(spec.seed() * 31 + protocol.ordinal()) ^ FastRandom.mix(place));
        byte[] bytes =
            place < known.size() ? known.get((int) place) : protocol.input(random, known);
        var input = new Input(protocol, numbers.getAndIncrement(), bytes);
        recent.begin(input);
        attack(exchanges, input, random);
        recent.end(input);
      }
    }
  }

  private void attack(Exchanges exchanges, Input input, Random random)
      throws IOException, InterruptedException {
    FuzzCounts count = counts.get(input.protocol());
    Exchanges.Exchange exchange;
    try {
      exchange = exchanges.send(input.bytes(), random);
    } catch (BindException | NoRouteToHostException e) {
      // This machine's ports are used up for a while.
      count.skipped.increment();
      Thread.sleep(PROGRESS_MS);
      return;
    } catch (IOException e) {
      throw new IOException("cannot connect to the " + input.protocol().id() + " port: " + e, e);
    }
    count.inputs.increment();
    count.bytes.add(input.bytes().length);
    if (exchange.closed()) {
      count.closed.increment();
    }
    FuzzProtocol.Answers answers = input.protocol().answers(exchange.answered());
    count.errors.add(answers.errors());
    if (answers.wrong() != null) {
      fail("an input was answered wrongly: " + answers.wrong(), List.of(input));
    }
    if (exchange.left()) {
      fail(
          "a connection was not closed within " + spec.timeoutMs() + " ms of the client's end",
          List.of(input));
    }
  }
}
