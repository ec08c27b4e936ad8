// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import io.sedna.bench.wire.RecordFormat;
import io.sedna.bench.workload.FastRandom;
import io.sedna.bench.workload.FillOperations;
import io.sedna.bench.workload.Inserted;
import io.sedna.bench.workload.MixedOperations;
import io.sedna.bench.workload.OperationSource;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.hadoop.classification.InterfaceAudience;

/** One run of the load generator. */
@InterfaceAudience.Private
public final class Load {
  private static final long TICK_NANOS = 50_000_000;
  private static final double NANOS = 1e9;

  private final LoadSpec spec;
  private final LoadProgress progress;
  private final OptionalLong serverPid;
  private final List<LoadThread> threads;
  private final CountDownLatch connected;
  private final CountDownLatch started = new CountDownLatch(1);

  private volatile LoadClock clock;

  private Load(
      LoadSpec spec,
      IntFunction<OperationSource> operations,
      LoadProgress progress,
      OptionalLong serverPid) {
    this.spec = spec;
    this.progress = progress;
    this.serverPid = serverPid;
    connected = new CountDownLatch(spec.threads());
    threads =
        IntStream.range(0, spec.threads())
            .mapToObj(i -> new LoadThread(this, spec, i, operations.apply(i)))
            .toList();
  }

  /**
   * Runs the mix.
   *
   * @param serverPid process whose use of processors and memory is measured too
   * @throws SednaException UNAVAILABLE if a connection could not be made or broke; PROTOCOL_ERROR
   *     if what came is no answer of the protocol; INVALID_ARGUMENT if there is no such process
   */
  public static LoadResult run(LoadSpec spec, LoadProgress progress, OptionalLong serverPid)
      throws InterruptedException {
    var inserted = new Inserted(spec.keys());
    return new Load(
            spec,
            i -> new MixedOperations(spec.mix(), inserted, FastRandom.mix(spec.seed() + i)),
            progress,
            serverPid)
        .run();
  }

  /**
   * Writes every key once, by few connections in large requests.
   *
   * @param spec its mix and its times do not matter
   * @throws SednaException as run, and if a key could not be written
   */
  public static LoadResult fill(LoadSpec spec, LoadProgress progress) throws InterruptedException {
    LoadResult result = fillUntilFull(spec, progress);
    if (result.errors() > 0) {
      throw new SednaException(
          ErrorCode.INTERNAL,
          (spec.keys() - result.written())
              + " of "
              + spec.keys()
              + " keys not written: "
              + result.firstError());
    }
    return result;
  }

  /** As fill, but the result alone tells that keys could not be written. */
  public static LoadResult fillUntilFull(LoadSpec spec, LoadProgress progress)
      throws InterruptedException {
    var next = new AtomicLong();
    return new Load(
            spec.forFill(),
            i -> new FillOperations(next, spec.keys()),
            progress,
            OptionalLong.empty())
        .run();
  }

  RecordFormat format() {
    return new RecordFormat(spec.keyBytes(), spec.valueBytes(), spec.keys());
  }

  /** Waits until every thread is connected; null: one of them could not. */
  LoadClock awaitStart() throws InterruptedException {
    connected.countDown();
    started.await();
    return clock;
  }

  private LoadResult run() throws InterruptedException {
    threads.forEach(LoadThread::start);
    try {
      connected.await();
      failIfFailed();
      clock = LoadClock.from(System.nanoTime(), spec);
    } finally {
      started.countDown();
    }
    Usage before = new Usage();
    boolean measuring = spec.warmupMs() == 0;
    while (threads.stream().anyMatch(LoadThread::isAlive)) {
      long now = System.nanoTime();
      if (!measuring && now - clock.measureNanos() >= 0) {
        measuring = true;
        before = new Usage();
      }
      progress.update(
          (now - clock.startNanos()) / NANOS,
          threads.stream().mapToLong(LoadThread::progress).sum());
      long left = clock.measureNanos() - now;
      LockSupport.parkNanos(measuring ? TICK_NANOS : Math.min(TICK_NANOS, left));
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    for (LoadThread thread : threads) {
      thread.join();
    }
    failIfFailed();
    return result(before, new Usage());
  }

  private void failIfFailed() {
    for (LoadThread thread : threads) {
      if (thread.failure() != null) {
        throw thread.failure();
      }
    }
  }

  private final class Usage {
    final long loaderNanos =
        ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
    final ProcessUsage server =
        serverPid.isPresent() ? ProcessUsage.of(serverPid.getAsLong()) : null;
  }

  private LoadResult result(Usage before, Usage after) {
    var all = new Recording();
    threads.forEach(thread -> all.add(thread.recording()));
    double seconds = seconds(all);
    double requests = Math.max(1, all.requests);
    LoadResult.Server server = null;
    if (after.server != null) {
      long cpuNanos = after.server.cpuNanos() - before.server.cpuNanos();
      server =
          new LoadResult.Server(
              cpuNanos / requests / 1000, cpuNanos / NANOS / seconds, after.server.residentBytes());
    }
    String error = all.tally.firstError();
    if (error == null && all.unanswered > 0) {
      error = all.unanswered + " requests were not answered";
    }
    return new LoadResult(
        seconds,
        all.requests,
        all.keys,
        all.requests / seconds,
        all.keys / seconds,
        all.tally.writes(),
        all.tally.misses(),
        all.tally.errors() + all.unanswered,
        error,
        Latencies.of(all.reads),
        Latencies.of(all.writes),
        Latencies.of(all.readModifyWrites),
        (after.loaderNanos - before.loaderNanos) / requests / 1000,
        server);
  }

  private double seconds(Recording all) {
    long lastNanos = all.lastNanos == 0 ? clock.measureNanos() : all.lastNanos;
    long end = clock.endNanos();
    if (spec.requests() > 0) {
      end = lastNanos;
    } else if (spec.isOpenLoop()) {
      end = Math.max(end, lastNanos);
    }
    return Math.max(1, end - clock.measureNanos()) / NANOS;
  }
}
