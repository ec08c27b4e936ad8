// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.hitratio;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Hit ratios as a Markdown table. */
@Command(
    name = "hitratio",
    description =
        "Count what a cache table keeps of made-up traces, beside LRU; nothing is started.",
    mixinStandardHelpOptions = true)
@InterfaceAudience.Private
public final class HitRatioBench implements Callable<Integer> {
  private static final int EQUAL_BYTES = 152;
  private static final int LEAST_BYTES = 64;
  private static final int MOST_BYTES = 4096;
  private static final int SEGMENTS = 64;
  private static final int PERCENT = 100;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(names = "--keys", defaultValue = "200000", description = "Default: ${DEFAULT-VALUE}.")
  private int keys;

  @Option(
      names = "--requests",
      defaultValue = "4000000",
      description = "Of each trace; the first quarter fills. Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--percent",
      split = ",",
      defaultValue = "1,5,10,25",
      description = "Memory as a part of all records together. Default: ${DEFAULT-VALUE}.")
  private List<Integer> percents;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() {
    if (keys < 1000 || requests < 1000 || percents.stream().anyMatch(p -> p < 1 || p > PERCENT)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "keys="
              + keys
              + " and requests="
              + requests
              + " are 1000 or more, percent="
              + percents
              + " 1 to 100");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("| trace | records | memory | LRU | policy | engine | moved / written |");
    out.println("|---|---|---|---|---|---|---|");
    for (TraceKind kind : TraceKind.values()) {
      int[] trace = kind.requests(keys, requests, seed);
      print(out, kind, trace, "equal", RecordSizes.equal(keys, EQUAL_BYTES));
      print(out, kind, trace, "mixed", RecordSizes.mixed(keys, LEAST_BYTES, MOST_BYTES, seed));
    }
    return 0;
  }

  private void print(
      PrintWriter out, TraceKind kind, int[] trace, String sizeName, RecordSizes sizes) {
    for (int percent : percents) {
      long capacity = sizes.total() * percent / PERCENT;
      var policy = new PolicyModel(keys, capacity, SEGMENTS);
      HitRatio lru = HitRatio.of(new LruModel(keys, capacity), trace, sizes);
      HitRatio ofPolicy = HitRatio.of(policy, trace, sizes);
      HitRatio ofEngine;
      try (var store = new StoreModel(capacity, MOST_BYTES)) {
        ofEngine = HitRatio.of(store, trace, sizes);
      }
      out.printf(
          Locale.ROOT,
          "| %s | %s | %d %% | %.1f %% | %.1f %% | %.1f %% | %.2f |%n",
          kind,
          sizeName,
          percent,
          PERCENT * lru.hits(),
          PERCENT * ofPolicy.hits(),
          PERCENT * ofEngine.hits(),
          policy.movedPerWritten());
      out.flush();
    }
  }
}
