// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.refill;

import io.sedna.bench.compare.DaemonGroup;
import io.sedna.bench.compare.Progress;
import io.sedna.bench.compare.Workspace;
import io.sedna.bench.load.Load;
import io.sedna.bench.load.LoadSpec;
import io.sedna.bench.load.ProcessUsage;
import io.sedna.bench.wire.RecordFormat;
import io.sedna.bench.wire.WireProtocol;
import io.sedna.client.SednaClient;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.partition.ReplicaState;
import io.sedna.thrift.generated.NodeStatistics;
import io.sedna.thrift.generated.PersistenceMode;
import io.sedna.thrift.generated.TableSchema;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Fills three daemons, kills one of them, lets an empty one join, and measures. */
final class RefillRun {
  private static final int COPIES = 3;
  private static final int COPY_ROUNDS = 3;
  private static final String TABLE = "bench.refill";
  private static final int LOADER_CONNECTIONS = 4;
  private static final long POLL_MS = 5;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Workspace workspace;
  private final Options options;
  private final Progress progress;
  private final RecordFormat format;

  /**
   * What is measured.
   *
   * @param rate calls of clients a second
   * @param readRatio part of them that read
   * @param seconds of the phase before
   * @param javaOptions of the daemons
   * @param settings of the daemons
   */
  record Options(
      long records,
      int keyBytes,
      int valueBytes,
      double rate,
      double readRatio,
      int seconds,
      String javaOptions,
      Map<String, String> settings) {
    long bytes() {
      return records * (keyBytes + valueBytes);
    }
  }

  RefillRun(Workspace workspace, Options options, Progress progress) {
    this.workspace = workspace;
    this.options = options;
    this.progress = progress;
    this.format = new RecordFormat(options.keyBytes(), options.valueBytes(), options.records());
  }

  RefillResult measure() throws IOException, InterruptedException {
    double copyRate = copyRate();
    progress.say("a plain copy of the same bytes: %.0f MB/s", copyRate / 1e6);
    try (DaemonGroup daemons =
        DaemonGroup.start(workspace, options.javaOptions(), options.settings(), COPIES)) {
      createTable(daemons);
      fill(daemons);
      try (var load =
              new SteadyLoad(
                  daemons.bootstrap(),
                  TABLE,
                  new RecordFormat(options.keyBytes(), options.valueBytes(), options.records()),
                  options.records(),
                  options.readRatio(),
                  options.rate());
          SednaClient watcher =
              SednaClient.builder().bootstrap(daemons.bootstrap()).eventLoops(1).build()) {
        return measure(daemons, load, watcher, copyRate);
      }
    }
  }

  /** The median. */
  private double copyRate() throws IOException, InterruptedException {
    double[] rates = new double[COPY_ROUNDS];
    for (int i = 0; i < rates.length; i++) {
      long[] next = {0};
      rates[i] = LoopbackCopy.measure(workspace, options.bytes(), chunk -> putRecords(chunk, next));
    }
    Arrays.sort(rates);
    return rates[rates.length / 2];
  }

  /** Records, as many as there is room for; what no record fits into stays 0. */
  private void putRecords(ByteBuffer chunk, long[] next) {
    while (chunk.remaining() >= options.keyBytes() + options.valueBytes()) {
      chunk.put(format.key(next[0])).put(format.value(next[0]++));
    }
  }

  private static void createTable(DaemonGroup daemons) {
    try (SednaClient client = SednaClient.builder().bootstrap(daemons.bootstrap()).build()) {
      client
          .admin()
          .createTable(
              new TableSchema(TABLE)
                  .setReplicas(COPIES)
                  .setReadQuorum(2)
                  .setWriteQuorum(2)
                  .setPersistence(PersistenceMode.NONE));
    }
  }

  private void fill(DaemonGroup daemons) throws InterruptedException {
    List<InetSocketAddress> targets =
        IntStream.range(0, COPIES)
            .mapToObj(i -> new InetSocketAddress(Workspace.HOST, daemons.port(i)))
            .toList();
    var spec =
        LoadSpec.builder(targets, WireProtocol.THRIFT)
            .table(TABLE)
            .connections(LOADER_CONNECTIONS)
            .keys(options.records())
            .sizes(options.keyBytes(), options.valueBytes())
            .build();
    long[] said = {System.nanoTime()};
    Load.fill(
        spec,
        (seconds, done) -> {
          if (System.nanoTime() - said[0] > TimeUnit.SECONDS.toNanos(5)) {
            said[0] = System.nanoTime();
            progress.say("writing %,d records: %.0f s", options.records(), seconds);
          }
        });
    progress.say(
        "%,d records written, of %d + %d bytes",
        options.records(), options.keyBytes(), options.valueBytes());
  }

  private RefillResult measure(
      DaemonGroup daemons, SteadyLoad load, SednaClient watcher, double copyRate)
      throws InterruptedException {
    load.start();
    SteadyLoad.Phase warmUp = load.begin("warm-up");
    TimeUnit.SECONDS.sleep(options.seconds());
    progress.say("warm-up: %s", text(warmUp));
    SteadyLoad.Phase before = load.begin("before");
    TimeUnit.SECONDS.sleep(options.seconds());
    SteadyLoad.Phase between = load.begin("between");
    progress.say("before: %s", text(before));
    daemons.kill(COPIES - 1);
    progress.say("killed one of %d daemons", COPIES);
    awaitMap(watcher, map -> map.nodes().size() == COPIES - 1);
    progress.say("the map has %d", COPIES - 1);
    daemons.join();
    String newcomer = daemons.newest();
    awaitMap(watcher, map -> names(map, newcomer));
    SteadyLoad.Phase during = load.begin("during");
    long begin = System.nanoTime();
    long[] cpu = cpu(daemons);
    progress.say("between: %s", text(between));
    awaitMap(watcher, RefillRun::complete);
    long nanos = System.nanoTime() - begin;
    long[] cpuAfter = cpu(daemons);
    SteadyLoad.Phase after = load.begin("after");
    load.awaitAnswers();
    progress.say("during: %s", text(during));
    double seconds = nanos / 1e9;
    progress.say("%.2f s, %.0f MB/s", seconds, options.bytes() / seconds / 1e6);
    requireAll(watcher, newcomer);
    TimeUnit.SECONDS.sleep(options.seconds());
    progress.say("after: %s", text(after));
    return new RefillResult(
        options.records(),
        options.keyBytes(),
        options.valueBytes(),
        options.bytes(),
        seconds,
        options.bytes() / seconds,
        copyRate,
        (cpuAfter[0] + cpuAfter[1] - cpu[0] - cpu[1]) / 1e3 / options.records(),
        (cpuAfter[2] - cpu[2]) / 1e3 / options.records(),
        options.rate(),
        RefillResult.Calls.of(before),
        RefillResult.Calls.of(between),
        RefillResult.Calls.of(during));
  }

  private static String text(SteadyLoad.Phase phase) {
    return String.format(
        "reads p50 %.0f p99 %.0f µs, writes p50 %.0f p99 %.0f µs, %d calls, %d errors%s",
        phase.reads().getValueAtPercentile(50) / 1e3,
        phase.reads().getValueAtPercentile(99) / 1e3,
        phase.writes().getValueAtPercentile(50) / 1e3,
        phase.writes().getValueAtPercentile(99) / 1e3,
        phase.reads().getTotalCount() + phase.writes().getTotalCount(),
        phase.errors(),
        phase.firstError() == null ? "" : " (" + phase.firstError() + ")");
  }

  /** Processor time, of the sources and then of the newcomer. */
  private static long[] cpu(DaemonGroup daemons) {
    return daemons.pids().stream().mapToLong(pid -> ProcessUsage.of(pid).cpuNanos()).toArray();
  }

  private static boolean names(PartitionMap map, String node) {
    return IntStream.range(0, map.partitions())
        .anyMatch(p -> map.replicas(p).stream().anyMatch(r -> r.node().id().value().equals(node)));
  }

  private static boolean complete(PartitionMap map) {
    for (int p = 0; p < map.partitions(); p++) {
      List<Replica> replicas = new ArrayList<>(map.replicas(p));
      replicas.removeIf(replica -> replica.state() != ReplicaState.SERVING);
      if (replicas.size() < COPIES) {
        return false;
      }
    }
    return true;
  }

  private static void awaitMap(SednaClient watcher, Predicate<PartitionMap> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.test(watcher.refresh())) {
      if (System.nanoTime() - deadline > 0) {
        throw new SednaException(
            ErrorCode.TIMEOUT,
            "the map did not become what it should: " + watcher.admin().clusterState());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
  }

  /** Clients write only what is there already, so the newcomer has as many records as there are. */
  private void requireAll(SednaClient watcher, String newcomer) {
    long held =
        watcher.admin().statistics().getNodes().stream()
            .filter(node -> node.getNodeId().equals(newcomer))
            .mapToLong(NodeStatistics::getRecords)
            .sum();
    if (held != options.records()) {
      throw new SednaException(
          ErrorCode.INTERNAL,
          "node=" + newcomer + " holds " + held + " of " + options.records() + " records");
    }
  }
}
