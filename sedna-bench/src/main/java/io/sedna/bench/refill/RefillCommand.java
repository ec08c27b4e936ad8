// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.refill;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sedna.bench.cli.OptionChecks;
import io.sedna.bench.compare.Progress;
import io.sedna.bench.compare.Workspace;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.schema.Limits;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/sedna bench refill}. */
@Command(
    name = "refill",
    description = {
      "Measure how fast the copies of a lost daemon are made again: three daemons hold a table of"
          + " three copies, one is killed, an empty one takes its place. Clients read and write at a"
          + " steady rate all the while.",
      "Beside it: a plain copy of as many bytes from one process's memory to another's, over one TCP"
          + " connection on 127.0.0.1, 64 KiB at a time."
    },
    footer = {"", "It exits with 1 if a figure is on the wrong side of what is asked."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
@InterfaceAudience.Private
public final class RefillCommand implements Callable<Integer> {
  /** Segments that are open or being cleaned, an index that grows. */
  private static final double MEMORY_SHARE = 0.75;

  private static final int RECORD_HEAD_BYTES = 40;

  @Option(names = "--megabytes", defaultValue = "1000", description = "Of keys and values.")
  private int megabytes;

  @Option(names = "--key-bytes", defaultValue = "16", description = "Of each key.")
  private int keyBytes;

  @Option(names = "--value-bytes", defaultValue = "100", description = "Of each value.")
  private int valueBytes;

  @Option(names = "--rate", defaultValue = "1000", description = "Calls of clients a second.")
  private int rate;

  @Option(
      names = "--read-ratio",
      defaultValue = "0.5",
      description = "Part of the calls that read; the others write.")
  private double readRatio;

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "Of warm-up, and of what is measured before the kill.")
  private int seconds;

  @Option(
      names = "--sedna-opts",
      defaultValue = "-Xmx512m",
      paramLabel = "OPTIONS",
      description = "Java options of the daemons.")
  private String sednaOptions;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A setting of the daemons; may be repeated.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--json", description = "One line of JSON instead of the table.")
  private boolean json;

  @Option(names = "--keep-logs", description = "Leave the folder of the servers' logs.")
  private boolean keepLogs;

  @CommandLine.Spec private CommandLine.Model.CommandSpec command;

  @Override
  public Integer call() throws Exception {
    var checks = new OptionChecks(command);
    checks.within("--megabytes", megabytes, 1, 100_000);
    checks.within("--value-bytes", valueBytes, 0, Limits.MAX_VALUE_BYTES);
    checks.within("--rate", rate, 1, 1_000_000);
    checks.atLeast("--seconds", seconds, 1);
    if (!(readRatio >= 0 && readRatio <= 1)) {
      throw checks.refused("--read-ratio=" + readRatio + " is not 0 to 1");
    }
    checks.within("--key-bytes", keyBytes, 8, 250);
    long records = Math.max(1, megabytes * 1_000_000L / (keyBytes + valueBytes));
    var options =
        new RefillRun.Options(
            records,
            keyBytes,
            valueBytes,
            rate,
            readRatio,
            seconds,
            sednaOptions,
            settings(records));
    RefillResult result;
    try (var workspace = new Workspace(keepLogs)) {
      var progress = new Progress(command.commandLine().getErr());
      progress.say("logs are in %s", workspace.directory());
      result = new RefillRun(workspace, options, progress).measure();
    }
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(result));
    } else {
      print(result, out);
    }
    out.flush();
    return result.met() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private Map<String, String> settings(long records) {
    long bytes = records * (keyBytes + valueBytes + RECORD_HEAD_BYTES);
    var all = new LinkedHashMap<String, String>();
    all.put(StoreConfig.MEMORY_MB, Long.toString(64 + (long) (bytes / MEMORY_SHARE) / (1 << 20)));
    // Whoever is dead is to be noticed soon: nothing of that is measured here.
    all.put(ZooKeeperConfig.SESSION_TIMEOUT_MS, "4000");
    all.put(ReplicationConfig.TRANSFER_MAX_BYTES_PER_SECOND, "0");
    all.putAll(settings);
    return all;
  }

  private static void print(RefillResult result, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%,d records of %d + %d bytes, %,d bytes a copy; clients: %,.0f calls a second%n%n",
        result.records(),
        result.keyBytes(),
        result.valueBytes(),
        result.bytes(),
        result.rate());
    out.println("| what | measured | beside it | ratio | bar | held |");
    out.println("|---|---|---|---|---|---|");
    out.printf(
        Locale.ROOT,
        "| three copies again | %.2f s, %.0f MB/s | plain copy: %.0f MB/s | %.2f | ≥ %.1f | %s |%n",
        result.seconds(),
        result.bytesPerSecond() / 1e6,
        result.copyBytesPerSecond() / 1e6,
        result.ratio(),
        RefillResult.RATE_BAR,
        held(result.fastEnough()));
    latency(
        "reads",
        result.during().reads().p99Micros(),
        result.before().reads().p99Micros(),
        result.readsServed(),
        out);
    latency(
        "writes",
        result.during().writes().p99Micros(),
        result.before().writes().p99Micros(),
        result.writesServed(),
        out);
    out.printf(
        Locale.ROOT,
        "%nprocessor time for one record: %.2f µs at the sources, %.2f µs at the newcomer; calls that"
            + " failed: %d before, %d between, %d meanwhile%n",
        result.sourceCpuMicros(),
        result.targetCpuMicros(),
        result.before().errors(),
        result.between().errors(),
        result.during().errors());
  }

  private static void latency(
      String what, double during, double before, boolean held, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "| p99 of %s meanwhile | %.2f ms | before: %.2f ms | %.2f | ≤ %.0f | %s |%n",
        what,
        during / 1e3,
        before / 1e3,
        during / before,
        RefillResult.LATENCY_BAR,
        held(held));
  }

  private static String held(boolean held) {
    return held ? "yes" : "NO";
  }
}
