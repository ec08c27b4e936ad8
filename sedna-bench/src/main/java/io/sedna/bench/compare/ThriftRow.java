// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.compare.Contender.Sample;
import io.sedna.bench.load.Load;
import io.sedna.bench.load.LoadProgress;
import io.sedna.bench.load.LoadResult;
import io.sedna.bench.load.LoadSpec;
import io.sedna.bench.load.LoadTable;
import io.sedna.bench.wire.WireProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Gets through Sedna's own protocol against gets through Redis' own, by the same loader. */
final class ThriftRow implements Row {
  /** redis-benchmark takes a number of requests; this makes it run about as long as asked. */
  private static final int REQUESTS_PER_SECOND = 500_000;

  /** Random writes before every key, but e^-8 of them, is there. */
  private static final int WRITES_PER_KEY = 8;

  private final String id;
  private final int pipeline;
  private final int batch;
  private final int redisPipeline;
  private final double bar;

  /**
   * @param pipeline of Sedna's requests
   * @param batch keys of Sedna's requests
   */
  ThriftRow(String id, int pipeline, int batch, int redisPipeline, double bar) {
    this.id = id;
    this.pipeline = pipeline;
    this.batch = batch;
    this.redisPipeline = redisPipeline;
    this.bar = bar;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String description() {
    String sedna =
        batch > 1
            ? "multiGet of " + batch + ", keys"
            : "Thrift gets" + (single() ? ", one event loop" : ", pipelined " + pipeline + " deep");
    String redis = redisPipeline > 1 ? "Redis GET in pipelines of " + redisPipeline : "Redis GET";
    return sedna + ", closed loop, " + CompareOptions.CONNECTIONS + " connections; " + redis;
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    try (Server sedna = bench.servers().sedna("", settings());
        Server redis = bench.servers().redis()) {
      LoadSpec onSedna = Loads.spec(sedna, WireProtocol.THRIFT, pipeline, batch, bench.options());
      LoadSpec onRedis = Loads.spec(redis, WireProtocol.REDIS, redisPipeline, 1, bench.options());
      LoadTable.ensure(onSedna.targets(), onSedna.table());
      for (LoadSpec spec : List.of(onSedna, onRedis)) {
        Load.fill(spec, LoadProgress.NONE);
      }
      var contenders = new ArrayList<Contender>();
      contenders.add(new Contender(sedna.name(), seconds -> turn(onSedna, seconds, sedna)));
      contenders.add(
          new Contender(redis.name() + ", our loader", seconds -> turn(onRedis, seconds, redis)));
      if (redisPipeline > 1) {
        // Its keys are its own.
        long keys = bench.options().keys();
        RedisBenchmark.run(
            bench.workspace(), redis.address(), "set", redisPipeline, keys, keys * WRITES_PER_KEY);
        contenders.add(
            new Contender(
                redis.name() + ", redis-benchmark",
                seconds ->
                    new Sample(
                        RedisBenchmark.run(
                            bench.workspace(),
                            redis.address(),
                            "get",
                            redisPipeline,
                            keys,
                            (long) REQUESTS_PER_SECOND * seconds))));
      }
      Rounds rounds = Rounds.measure(contenders, bench.options(), bench.progress());
      return List.of(Line.throughput(description(), rounds, bar));
    }
  }

  /**
   * Beside Redis, which has one thread, single calls are served by one too: with two processors, a
   * second would only take turns with the loader's.
   */
  private Map<String, String> settings() {
    return single() ? Map.of("sedna.server.event.loops", "1") : Map.of();
  }

  private boolean single() {
    return pipeline == 1 && batch == 1;
  }

  private static Sample turn(LoadSpec spec, int seconds, Server server)
      throws InterruptedException {
    LoadResult result =
        Loads.checked(
            Load.run(
                spec.toBuilder().durationMs(seconds * 1000L).build(),
                LoadProgress.NONE,
                OptionalLong.of(server.pid())));
    double keysPerRequest = spec.batch();
    return new Sample(
        result.keysPerSecond(),
        result.server().cpuMicros() / keysPerRequest,
        result.reads().p999Micros());
  }
}
