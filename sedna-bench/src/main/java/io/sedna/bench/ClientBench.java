// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import io.sedna.bench.cli.OptionChecks;
import io.sedna.bench.client.ClientLoad;
import io.sedna.bench.client.SednaTarget;
import io.sedna.client.SednaClient;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.schema.Limits;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast many callers of one client are. */
@Command(
    name = "client",
    description = "Load a daemon through the Java client: many callers, gets and puts.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
@InterfaceAudience.Private
public final class ClientBench implements Callable<Integer> {
  /** Of this process alone, so that one that was killed leaves nothing in the way of the next. */
  private static final String TABLE = "bench.client-" + ProcessHandle.current().pid();

  private static final int MIN_KEY_BYTES = 8;

  @Option(names = "--callers", defaultValue = "32", description = "Threads; ${DEFAULT-VALUE}")
  private int callers;

  @Option(
      names = "--batch",
      defaultValue = "1",
      description = "Keys of a call; 1, the default: single calls")
  private int batch;

  @Option(names = "--keys", defaultValue = "100000", description = "${DEFAULT-VALUE}")
  private int keys;

  @Option(names = "--key-bytes", defaultValue = "16", description = "${DEFAULT-VALUE}")
  private int keyBytes;

  @Option(names = "--value-bytes", defaultValue = "100", description = "${DEFAULT-VALUE}")
  private int valueBytes;

  @Option(
      names = "--gets",
      defaultValue = "90",
      description = "Percent of the calls that read; ${DEFAULT-VALUE}")
  private int getPercent;

  @Option(names = "--warm-up", defaultValue = "5", description = "Seconds; ${DEFAULT-VALUE}")
  private int warmUpSeconds;

  @Option(names = "--seconds", defaultValue = "10", description = "Of a round; ${DEFAULT-VALUE}")
  private int seconds;

  @Option(names = "--rounds", defaultValue = "1", description = "${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--bootstrap",
      description =
          "Measure a running instance, host:port[,...], instead of a daemon in this process")
  private String bootstrap;

  @Option(
      names = "-D",
      description = "A setting of the client, as sedna.client.batch.enabled=false")
  private Map<String, String> settings = Map.of();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    var checks = new OptionChecks(spec);
    checks.within("--callers", callers, 1, 10_000);
    checks.within("--batch", batch, 1, Limits.MAX_BATCH_ENTRIES);
    checks.within("--keys", keys, 1, Integer.MAX_VALUE);
    checks.within("--key-bytes", keyBytes, MIN_KEY_BYTES, Limits.MAX_KEY_BYTES);
    checks.within("--value-bytes", valueBytes, 0, Limits.MAX_VALUE_BYTES);
    checks.within("--gets", getPercent, 0, 100);
    checks.within("--warm-up", warmUpSeconds, 0, 3600);
    checks.within("--seconds", seconds, 1, 3600);
    checks.within("--rounds", rounds, 1, 1000);
    if (bootstrap != null) {
      measure(bootstrap);
    } else {
      try (var instance = LocalInstance.start(1)) {
        measure(instance.bootstrap());
      }
    }
    return 0;
  }

  private void measure(String addresses) throws InterruptedException {
    Configuration conf = SednaConfiguration.create(new Configuration(false));
    settings.forEach(conf::set);
    try (SednaClient client =
        SednaClient.builder().configuration(conf).bootstrap(addresses).build()) {
      client.admin().createTable(TableSchema.of(TableName.parse(TABLE), 1));
      try {
        var target = new SednaTarget(client.table(TABLE));
        for (int round = 0; round < rounds; round++) {
          ClientLoad.Plan plan = plan(round);
          print(round == 0 ? ClientLoad.run(target, plan) : ClientLoad.runFilled(target, plan));
        }
      } finally {
        client.admin().dropTable(TABLE);
      }
    }
  }

  private ClientLoad.Plan plan(int round) {
    return new ClientLoad.Plan(
        callers,
        batch,
        keys,
        keyBytes,
        valueBytes,
        getPercent,
        round == 0 ? warmUpSeconds * 1000L : 500,
        seconds * 1000L,
        round * 1_000_003L);
  }

  private void print(ClientLoad.Result result) {
    spec.commandLine()
        .getOut()
        .printf(
            "callers=%d batch=%d gets=%d%%: %,.0f calls/s, %,.0f keys/s; µs: p50 %.0f, p99 %.0f,"
                + " p99.9 %.0f; processor µs a call %.1f%n",
            callers,
            batch,
            getPercent,
            result.callsPerSecond(),
            result.keysPerSecond(),
            result.percentileMicros(0.5),
            result.percentileMicros(0.99),
            result.percentileMicros(0.999),
            result.cpuMicrosPerCall())
        .flush();
  }
}
