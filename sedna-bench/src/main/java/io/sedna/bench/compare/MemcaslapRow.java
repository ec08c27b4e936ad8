// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.compare.Contender.Sample;
import io.sedna.bench.load.ProcessUsage;
import java.util.ArrayList;
import java.util.List;

/** memcached's protocol against memcached, by memcaslap; also what a request costs the server. */
final class MemcaslapRow implements Row {
  private static final int MEMCACHED_MB = 1024;
  private static final double CPU_BAR = 1.2;
  private static final double MOST_MISSES = 0.01;

  private final String id;
  private final int keysOfGet;
  private final double bar;
  private final boolean withCost;

  /**
   * @param withCost a second line compares the processor time
   */
  MemcaslapRow(String id, int keysOfGet, double bar, boolean withCost) {
    this.id = id;
    this.keysOfGet = keysOfGet;
    this.bar = bar;
    this.withCost = withCost;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String description() {
    return "memcached protocol, "
        + CompareOptions.CONNECTIONS
        + " connections, 9 gets : 1 set"
        + (keysOfGet == 1 ? "" : ", " + keysOfGet + " keys a get")
        + ", memcaslap";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    try (Server sedna = bench.servers().sednaMemcached();
        Server one = bench.servers().memcached(1, MEMCACHED_MB);
        Server two = bench.servers().memcached(2, MEMCACHED_MB)) {
      var contenders = new ArrayList<Contender>();
      for (Server server : List.of(sedna, one, two)) {
        contenders.add(new Contender(server.name(), seconds -> turn(bench, server, seconds)));
      }
      Rounds rounds = Rounds.measure(contenders, bench.options(), bench.progress());
      var lines = new ArrayList<Line>();
      lines.add(Line.throughput(description(), rounds, bar));
      if (withCost) {
        lines.add(
            Line.cost(
                "the same: the server's processor time a request",
                rounds,
                Sample::cpuMicros,
                "%.2f µs",
                CPU_BAR));
      }
      return lines;
    }
  }

  private Sample turn(Bench bench, Server server, int seconds) throws Exception {
    ProcessUsage before = server.usage();
    Memcaslap.Result result =
        Memcaslap.run(
            bench.workspace(), server.address(), bench.options().slapThreads(), keysOfGet, seconds);
    long cpuNanos = server.usage().cpuNanos() - before.cpuNanos();
    if (result.misses() > MOST_MISSES * result.operations()) {
      bench
          .progress()
          .say("%s missed %,d of %,d", server.name(), result.misses(), result.operations());
    }
    return new Sample(
        result.perSecond(), cpuNanos / 1e3 / Math.max(1, result.operations()), Double.NaN);
  }
}
