// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.compare.Contender.Sample;
import io.sedna.bench.load.Load;
import io.sedna.bench.load.LoadProgress;
import io.sedna.bench.load.LoadResult;
import io.sedna.bench.load.LoadSpec;
import io.sedna.bench.load.LoadTable;
import io.sedna.bench.wire.WireProtocol;
import io.sedna.bench.workload.KeyDistribution;
import io.sedna.bench.workload.OperationMix;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;

/**
 * Random overwrites of a store that is filled to 90 % of its memory against one at 50 %: how many
 * writes, and how long gets take meanwhile. The first contender is the full one.
 */
final class UtilisationRow implements Row {
  private static final double WRITE_BAR = 0.7;
  private static final double LATENCY_BAR = 3;

  /** The daemon refuses writes of new keys from here on; so many fill it. */
  private static final double FULL = 0.9;

  private static final double HALF = 0.5;

  /** A little less than what it takes before it refuses. */
  private static final double MARGIN = 0.99;

  private static final int GETS_PER_SECOND = 2_000;
  private static final int GET_CONNECTIONS = 4;
  private static final int GET_PIPELINE = 64;
  private static final OperationMix WRITES = OperationMix.readRatio(0, KeyDistribution.UNIFORM);

  @Override
  public String id() {
    return "utilisation";
  }

  @Override
  public String description() {
    return "random overwrites, 90 % of memory live, against 50 %";
  }

  private static Map<String, String> settings(Bench bench) {
    return Map.of(
        "sedna.store.memory.mb", Integer.toString(bench.options().utilisationMb()),
        "sedna.store.memory.utilisation", Double.toString(FULL));
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    long most = recordsWhenFull(bench);
    long half = Math.round(most * HALF / FULL);
    bench.progress().say("%,d MiB hold %,d records", bench.options().utilisationMb(), most);
    try (Server full = bench.servers().sedna("", settings(bench));
        Server halfFull = bench.servers().sedna("", settings(bench))) {
      LoadSpec onFull = filled(full, bench, Math.round(most * MARGIN));
      LoadSpec onHalf = filled(halfFull, bench, half);
      var contenders =
          List.of(
              new Contender("90 %", seconds -> turn(onFull, seconds)),
              new Contender("50 %", seconds -> turn(onHalf, seconds)));
      Rounds rounds = Rounds.measure(contenders, bench.options(), bench.progress());
      return List.of(
          Line.throughput(description() + ": writes", rounds, WRITE_BAR),
          Line.cost(
              description() + ": p99.9 of gets",
              rounds,
              Sample::p999Micros,
              "%,.0f µs",
              LATENCY_BAR));
    }
  }

  /** Found by filling one until it refuses: it knows what a record costs it. */
  private static long recordsWhenFull(Bench bench) throws Exception {
    int recordBytes = CompareOptions.KEY_BYTES + CompareOptions.VALUE_BYTES;
    long tooMany = ((long) bench.options().utilisationMb() << 20) / recordBytes;
    try (Server server = bench.servers().sedna("", settings(bench))) {
      LoadSpec spec = spec(server, bench).toBuilder().keys(tooMany).build();
      LoadTable.ensure(spec.targets(), spec.table());
      LoadResult result = Load.fillUntilFull(spec, LoadProgress.NONE);
      return result.written();
    }
  }

  private static LoadSpec spec(Server server, Bench bench) {
    return Loads.spec(server, WireProtocol.THRIFT, 1, 1, bench.options());
  }

  private static LoadSpec filled(Server server, Bench bench, long keys) throws Exception {
    LoadSpec spec = spec(server, bench).toBuilder().keys(keys).build();
    LoadTable.ensure(spec.targets(), spec.table());
    Load.fill(spec, LoadProgress.NONE);
    // So that the cleaner has found its pace: everything is overwritten once.
    Load.fill(spec, LoadProgress.NONE);
    return spec;
  }

  private static Sample turn(LoadSpec spec, int seconds) throws Exception {
    LoadSpec writes = spec.toBuilder().durationMs(seconds * 1000L).mix(WRITES).build();
    LoadSpec gets =
        spec.toBuilder()
            .durationMs(seconds * 1000L)
            .connections(Math.max(GET_CONNECTIONS, spec.threads()))
            // Gets that wait for others would measure their own queue.
            .pipeline(GET_PIPELINE)
            .rate(GETS_PER_SECOND)
            .build();
    var reading =
        new FutureTask<LoadResult>(() -> Load.run(gets, LoadProgress.NONE, OptionalLong.empty()));
    new Thread(reading, "gets").start();
    LoadResult written = Loads.checked(Load.run(writes, LoadProgress.NONE, OptionalLong.empty()));
    LoadResult read = Loads.checked(reading.get());
    return new Sample(written.keysPerSecond(), Double.NaN, read.reads().p999Micros());
  }
}
