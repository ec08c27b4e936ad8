// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sedna.bench.cli.OptionChecks;
import io.sedna.bench.wire.WireProtocol;
import io.sedna.bench.workload.KeyDistribution;
import io.sedna.bench.workload.OperationMix;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/sedna bench load}. */
@Command(
    name = "load",
    description = {
      "Load a server that speaks Thrift (Sedna), memcached's or Redis' protocol, and say how fast it"
          + " answers.",
      "Every answer is checked: its sequence id, the length of its value, and that the value belongs to"
          + " its key."
    },
    footer = {
      "",
      "Closed loop (without --rate): every connection sends --pipeline requests, waits for all their"
          + " answers and sends the next (with --sliding: the next one as soon as one is answered).",
      "Open loop (--rate): requests are sent by a schedule that waits for no answer. Latencies count"
          + " from the scheduled time, so that a server that stalls cannot hide what it kept waiting.",
      "",
      "Example:",
      "  bin/sedna bench load --target 127.0.0.1:7720 --preload --read-ratio 0.9 --duration 10"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
@InterfaceAudience.Private
public final class LoadCommand implements Callable<Integer> {

  @Option(
      names = "--target",
      required = true,
      split = ",",
      paramLabel = "HOST:PORT",
      description = "The server; of several, each gets an equal share of the connections.")
  private List<String> targets;

  @Option(
      names = "--protocol",
      defaultValue = "thrift",
      description = "thrift, memcached, memcached-meta or redis.")
  private String protocol;

  @Option(
      names = "--table",
      defaultValue = "bench.load",
      paramLabel = "DATASET.TABLE",
      description = "With thrift; made, with one copy and no snapshots, if it is not there.")
  private String table;

  @Option(names = "--connections", defaultValue = "32", description = "Connections.")
  private int connections;

  @Option(names = "--threads", defaultValue = "1", description = "Event loops of the loader.")
  private int threads;

  @Option(
      names = "--pipeline",
      defaultValue = "1",
      description = "Requests under way on a connection.")
  private int pipeline;

  @Option(names = "--sliding", description = "Keep the pipeline full instead of emptying it first.")
  private boolean sliding;

  @Option(names = "--batch", defaultValue = "1", description = "Keys of a request.")
  private int batch;

  @Option(names = "--keys", defaultValue = "100000", description = "Number of keys.")
  private long keys;

  @Option(names = "--key-size", defaultValue = "16", description = "Bytes of a key.")
  private int keySize;

  @Option(names = "--value-size", defaultValue = "100", description = "Bytes of a value.")
  private int valueSize;

  @Option(
      names = "--read-ratio",
      defaultValue = "0.9",
      description = "Share of reads; the others are updates.")
  private double readRatio;

  @Option(
      names = "--workload",
      paramLabel = "a|b|c|d|f",
      description = "Mix and distribution of that core workload of YCSB, instead of --read-ratio.")
  private Character workload;

  @Option(
      names = "--distribution",
      paramLabel = "NAME",
      description =
          "Of the keys: uniform, zipfian (scrambled, 0.99), latest or scan-mixed; uniform, or the"
              + " workload's, unless given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String distribution;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "Requests a second, by schedule; 0: as fast as answers come.")
  private double rate;

  @Option(
      names = "--warmup",
      defaultValue = "2",
      paramLabel = "SECONDS",
      description = "Time before the measured time.")
  private double warmup;

  @Option(
      names = "--duration",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description = "The measured time.")
  private double duration;

  @Option(
      names = "--requests",
      defaultValue = "0",
      description = "End after so many instead of after --duration.")
  private long requests;

  @Option(names = "--preload", description = "Write every key first.")
  private boolean preload;

  @Option(names = "--seed", defaultValue = "1", description = "Equal seeds, equal requests.")
  private long seed;

  @Option(
      names = "--server-pid",
      paramLabel = "PID",
      description = "Measure this process' processor time for a request, and its memory.")
  private Long serverPid;

  @Option(names = "--json", description = "One line of JSON instead of the report.")
  private boolean json;

  @CommandLine.Spec private CommandLine.Model.CommandSpec command;

  @Override
  public Integer call() throws Exception {
    LoadSpec spec = spec();
    if (spec.protocol() == WireProtocol.THRIFT) {
      LoadTable.ensure(spec.targets(), table);
    }
    if (preload) {
      fill(spec);
    }
    OptionalLong pid = serverPid == null ? OptionalLong.empty() : OptionalLong.of(serverPid);
    LoadResult result;
    try (ProgressBar bar = bar("load", requests > 0 ? requests : Math.round(warmup + duration))) {
      result =
          Load.run(
              spec,
              (seconds, done) -> {
                bar.stepTo(requests > 0 ? done : Math.round(seconds));
                bar.setExtraMessage(String.format(Locale.ROOT, "%,d answers", done));
              },
              pid);
    }
    var out = command.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(result));
    } else {
      LoadReport.print(out, spec, result);
    }
    out.flush();
    return result.errors() > 0 ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
  }

  private void fill(LoadSpec spec) throws InterruptedException {
    try (ProgressBar bar = bar("preload", keys)) {
      Load.fill(spec, (seconds, done) -> bar.stepTo(done));
    }
  }

  private static ProgressBar bar(String task, long max) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(max)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(250)
        .build();
  }

  private LoadSpec spec() {
    OperationMix mix;
    WireProtocol wire;
    try {
      mix =
          workload == null
              ? OperationMix.readRatio(readRatio, KeyDistribution.UNIFORM)
              : OperationMix.ycsb(workload);
      if (distribution != null) {
        mix = mix.with(KeyDistribution.of(distribution));
      }
      wire = WireProtocol.of(protocol);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
    }
    return LoadSpec.builder(addresses(), wire)
        .table(table)
        .connections(connections)
        .threads(threads)
        .pipeline(pipeline)
        .sliding(sliding)
        .batch(batch)
        .keys(keys)
        .sizes(keySize, valueSize)
        .mix(mix)
        .rate(rate)
        .warmupMs(Math.round(warmup * 1000))
        .durationMs(Math.round(duration * 1000))
        .requests(requests)
        .seed(seed)
        .build();
  }

  private List<InetSocketAddress> addresses() {
    var checks = new OptionChecks(command);
    return targets.stream().map(target -> checks.address("--target", target)).toList();
  }
}
