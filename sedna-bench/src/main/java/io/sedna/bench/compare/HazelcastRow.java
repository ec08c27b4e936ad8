// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.client.ClientLoad;
import io.sedna.bench.client.SednaTarget;
import io.sedna.bench.compare.Contender.Sample;
import io.sedna.bench.load.LoadTable;
import io.sedna.client.SednaClient;
import java.util.List;
import java.util.Map;

/** Sedna's Java client against Hazelcast's, many callers that wait. */
final class HazelcastRow implements Row {
  private final String id;
  private final int batch;
  private final double bar;

  HazelcastRow(String id, int batch, double bar) {
    this.id = id;
    this.batch = batch;
    this.bar = bar;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String description() {
    return "Java client, "
        + CompareOptions.CONNECTIONS
        + " callers, 9 gets : 1 put, "
        + (batch == 1 ? "single calls" : "batches of " + batch + ", keys")
        + "; Hazelcast's";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    try (Server sedna = bench.servers().sedna("", Map.of());
        Server hazelcast = bench.servers().hazelcast();
        SednaClient client =
            SednaClient.builder()
                .bootstrap(Workspace.HOST + ":" + sedna.address().getPort())
                .build();
        var hazelcastTarget = new HazelcastTarget(hazelcast.address())) {
      LoadTable.create(client, Loads.TABLE);
      var sednaTarget = new SednaTarget(client.table(Loads.TABLE));
      var contenders =
          List.of(
              new Contender(sedna.name(), turn(sednaTarget, sedna, bench.options())),
              new Contender(hazelcast.name(), turn(hazelcastTarget, hazelcast, bench.options())));
      Rounds rounds = Rounds.measure(contenders, bench.options(), bench.progress());
      return List.of(Line.throughput(description(), rounds, bar));
    }
  }

  /** The first turn writes all keys. */
  private Contender.Turn turn(ClientLoad.Target target, Server server, CompareOptions options) {
    boolean[] filled = new boolean[1];
    return seconds -> {
      var plan =
          new ClientLoad.Plan(
              CompareOptions.CONNECTIONS,
              batch,
              Math.toIntExact(options.keys()),
              CompareOptions.KEY_BYTES,
              CompareOptions.VALUE_BYTES,
              (int) Math.round(CompareOptions.READS * 100),
              0,
              seconds * 1000L,
              System.nanoTime());
      long before = server.usage().cpuNanos();
      ClientLoad.Result result =
          filled[0] ? ClientLoad.runFilled(target, plan) : ClientLoad.run(target, plan);
      filled[0] = true;
      double cpuMicros = (server.usage().cpuNanos() - before) / 1e3 / Math.max(1, result.keys());
      return new Sample(result.keysPerSecond(), cpuMicros, result.percentileMicros(0.999));
    };
  }
}
