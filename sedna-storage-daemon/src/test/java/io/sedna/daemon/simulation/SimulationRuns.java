// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;

/** Runs many seeds on two threads, each its own simulations. */
final class SimulationRuns {
  private static final String SEED = "sedna.simulation.seed";
  private static final String SEEDS = "sedna.simulation.seeds";
  private static final String MINUTES = "sedna.simulation.minutes";
  private static final int SEEDS_DEFAULT = 300;
  private static final int THREADS = 2;
  private static final int FAILURES_SHOWN = 5;

  private final LongUnaryOperator seedOf;
  private final LongPredicate goesOn;
  private final boolean traceAll;

  private SimulationRuns(LongUnaryOperator seedOf, LongPredicate goesOn, boolean traceAll) {
    this.seedOf = seedOf;
    this.goesOn = goesOn;
    this.traceAll = traceAll;
  }

  /** How many ran, and what went wrong with how to see it again. */
  record Summary(
      long seeds, long answers, long events, long digest, long seconds, List<String> failures) {
    @Override
    public String toString() {
      return "seeds="
          + seeds
          + ", answers="
          + answers
          + ", events="
          + events
          + ", digest="
          + Long.toHexString(digest)
          + ", seconds="
          + seconds
          + ", failures="
          + failures.size();
    }
  }

  static SimulationRuns fromProperties() {
    Long seed = Long.getLong(SEED);
    if (seed != null) {
      return new SimulationRuns(i -> seed, i -> i < 1, true);
    }
    Long minutes = Long.getLong(MINUTES);
    if (minutes != null) {
      long first = ThreadLocalRandom.current().nextLong() >>> 1;
      long endNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
      return new SimulationRuns(i -> first + i, i -> System.nanoTime() - endNanos < 0, false);
    }
    long seeds = Long.getLong(SEEDS, SEEDS_DEFAULT);
    return new SimulationRuns(i -> i + 1, i -> i < seeds, false);
  }

  Summary run() throws Exception {
    quieten();
    long startNanos = System.nanoTime();
    var next = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      var parts = new ArrayList<Future<Summary>>();
      for (int i = 0; i < THREADS; i++) {
        Callable<Summary> part = () -> runSome(next);
        parts.add(threads.submit(part));
      }
      long seeds = 0;
      long answers = 0;
      long events = 0;
      long digest = 0;
      var failures = new ArrayList<String>();
      for (Future<Summary> part : parts) {
        seeds += part.get().seeds();
        answers += part.get().answers();
        events += part.get().events();
        digest ^= part.get().digest();
        failures.addAll(part.get().failures());
      }
      return new Summary(
          seeds,
          answers,
          events,
          digest,
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos),
          failures);
    } finally {
      threads.shutdownNow();
    }
  }

  /** What daemons log of simulated faults is of no use without the trace, and costs time. */
  static void quieten() {
    Logger.getLogger("io.sedna.daemon").setLevel(Level.OFF);
  }

  private Summary runSome(AtomicLong next) {
    long seeds = 0;
    long answers = 0;
    long events = 0;
    long digest = 0;
    var failures = new ArrayList<String>();
    for (long i = next.getAndIncrement(); goesOn.test(i); i = next.getAndIncrement()) {
      long seed = seedOf.applyAsLong(i);
      Simulation.Result result = traceAll ? traced(seed) : Simulation.run(seed, null);
      seeds++;
      answers += result.answers();
      events += result.events();
      digest ^= result.digest();
      if (!result.isGood()) {
        failures.add(failures.size() < FAILURES_SHOWN ? describe(result) : "seed " + seed);
      }
    }
    return new Summary(seeds, answers, events, digest, 0, failures);
  }

  private String describe(Simulation.Result result) {
    if (!traceAll) {
      traced(result.seed());
    }
    return "seed "
        + result.seed()
        + ": "
        + String.join("\n", result.findings())
        + "\nTrace: "
        + file(result.seed())
        + "\nAgain: mvn -pl sedna-storage-daemon -am test -Dtest=SimulationTest -D"
        + SEED
        + "="
        + result.seed()
        + " -Dsurefire.failIfNoSpecifiedTests=false\n";
  }

  private static Simulation.Result traced(long seed) {
    Path file = file(seed);
    try {
      Files.createDirectories(file.getParent());
      try (var out = new PrintWriter(Files.newBufferedWriter(file))) {
        Simulation.Result result = Simulation.run(seed, out::println);
        result.findings().forEach(out::println);
        return result;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(long seed) {
    return Path.of("target", "simulation", "seed-" + seed + ".txt").toAbsolutePath();
  }
}
