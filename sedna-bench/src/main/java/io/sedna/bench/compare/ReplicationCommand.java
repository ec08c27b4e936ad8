// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sedna.bench.compare.Contender.Sample;
import io.sedna.client.Consistency;
import io.sedna.client.SednaClient;
import io.sedna.client.WriteOptions;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.generated.ConsistencyLevel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/sedna bench replication}. */
@Command(
    name = "replication",
    description = {
      "Measure what copies cost: one client that waits for each of its writes, to three daemons that"
          + " keep three copies, to one that keeps one, and to three memcached servers one after"
          + " another, in alternating rounds.",
      "Every server is a process of its own on a free port, and is ended at the end. memcached must be"
          + " installed (apt-get install memcached)."
    },
    footer = {"", "It exits with 1 if a figure is on the wrong side of what is asked."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
@InterfaceAudience.Private
public final class ReplicationCommand implements Callable<Integer> {
  private static final int COPIES = 3;
  private static final int MEMCACHED_MB = 64;
  private static final String TABLE = "bench.copies";

  /** Against one copy: the paper's figure is 1.8 times one memcached write. */
  private static final double ONE_COPY_BAR = 1.6;

  private static final double MEMCACHED_BAR = 0.6;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "ROW",
      description = "Which rows, by comma: ${COMPLETION-CANDIDATES}; all unless given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private EnumSet<ReplicationRow> rows = EnumSet.allOf(ReplicationRow.class);

  @Option(names = "--rounds", defaultValue = "5", description = "Rounds of each comparison.")
  private int rounds;

  @Option(names = "--seconds", defaultValue = "3", description = "Of one turn.")
  private int seconds;

  @Option(
      names = "--warmup",
      defaultValue = "8",
      paramLabel = "SECONDS",
      description = "Of each client before the first round.")
  private int warmup;

  @Option(names = "--keys", defaultValue = "10000", description = "Written round and round.")
  private int keys;

  @Option(names = "--value-bytes", defaultValue = "100", description = "Of each value.")
  private int valueBytes;

  @Option(
      names = "--sedna-opts",
      defaultValue = "-Xmx256m",
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
    atLeast("--rounds", rounds, 1);
    atLeast("--seconds", seconds, 1);
    atLeast("--warmup", warmup, 0);
    atLeast("--keys", keys, 1);
    atLeast("--value-bytes", valueBytes, 0);
    var options =
        new CompareOptions(
            rounds, seconds, warmup, 1, keys, 1, 16, 1, 1, sednaOptions, "", settings);
    List<Line> lines;
    List<String> facts;
    try (var workspace = new Workspace(keepLogs)) {
      lines = measure(workspace, options, new Progress(command.commandLine().getErr()));
      facts = facts(workspace, options);
    }
    var out = command.commandLine().getOut();
    out.println(json ? json(facts, lines) : MarkdownTable.render(facts, commandLine(), lines));
    out.flush();
    return lines.stream().allMatch(Line::met)
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }

  private void atLeast(String option, int value, int least) {
    if (value < least) {
      throw new CommandLine.ParameterException(
          command.commandLine(), option + "=" + value + " is not " + least + " or more");
    }
  }

  private List<Line> measure(Workspace workspace, CompareOptions options, Progress progress)
      throws Exception {
    var servers = new Servers(workspace, Path.of("."), options);
    try (DaemonGroup three = DaemonGroup.start(workspace, sednaOptions, settings, COPIES);
        DaemonGroup one = DaemonGroup.start(workspace, sednaOptions, settings, 1);
        Server first = servers.memcached(1, MEMCACHED_MB);
        Server second = servers.memcached(1, MEMCACHED_MB);
        Server third = servers.memcached(1, MEMCACHED_MB)) {
      createTable(three, COPIES);
      createTable(one, 1);
      WriteOptions all = WriteOptions.DEFAULT.withConsistency(Consistency.ALL);
      var thriftAll =
          new io.sedna.thrift.generated.WriteOptions()
              .setConsistency(ConsistencyLevel.ALL.getValue());
      var none = new io.sedna.thrift.generated.WriteOptions();
      var lines = new ArrayList<Line>();
      try (Writer copies = Writers.javaClient(three, TABLE, WriteOptions.DEFAULT);
          Writer copy = Writers.javaClient(one, TABLE, WriteOptions.DEFAULT);
          Writer everywhere = Writers.javaClient(three, TABLE, all);
          Writer plainCopies = Writers.thrift(three, TABLE, none);
          Writer plainCopy = Writers.thrift(one, TABLE, none);
          Writer plainEverywhere = Writers.thrift(three, TABLE, thriftAll);
          Writer memcached = Writers.memcached(List.of(first, second, third))) {
        var comparisons =
            List.of(
                new Comparison(
                    ReplicationRow.JAVA,
                    "a write of three copies, answered after two, Java client",
                    copies,
                    "one copy",
                    copy,
                    ONE_COPY_BAR,
                    true),
                new Comparison(
                    ReplicationRow.THRIFT,
                    "a write of three copies, answered after two, Thrift on one socket",
                    plainCopies,
                    "one copy",
                    plainCopy,
                    ONE_COPY_BAR,
                    false),
                new Comparison(
                    ReplicationRow.THRIFT_ALL,
                    "a write of three copies, answered after all, Thrift on one socket",
                    plainEverywhere,
                    "three memcached one after another",
                    memcached,
                    MEMCACHED_BAR,
                    true),
                new Comparison(
                    ReplicationRow.JAVA_ALL,
                    "a write of three copies, answered after all, Java client",
                    everywhere,
                    "three memcached one after another",
                    memcached,
                    MEMCACHED_BAR,
                    false));
        for (Comparison comparison : comparisons) {
          if (!rows.contains(comparison.row())) {
            continue;
          }
          lines.addAll(comparison.lines(this, options, progress));
        }
      }
      return lines;
    }
  }

  /**
   * Two clients beside each other.
   *
   * @param asked whether the bar is asked of it, or it is only shown
   */
  private record Comparison(
      ReplicationRow row,
      String what,
      Writer sedna,
      String otherName,
      Writer other,
      double bar,
      boolean asked) {
    List<Line> lines(ReplicationCommand bench, CompareOptions options, Progress progress)
        throws Exception {
      Rounds rounds =
          Rounds.measure(
              List.of(
                  new Contender(Servers.SEDNA, seconds -> bench.turn(sedna, seconds)),
                  new Contender(otherName, seconds -> bench.turn(other, seconds))),
              options,
              progress);
      Line middle = Line.cost(what + ": median", rounds, Sample::p50Micros, "%.1f µs", bar);
      Line mean = Line.cost(what + ": mean", rounds, s -> 1e6 / s.perSecond(), "%.1f µs", bar);
      return asked ? List.of(middle, mean) : List.of(middle.shown(), mean.shown());
    }
  }

  private Sample turn(Writer writer, int turnSeconds) throws Exception {
    byte[][] names =
        IntStream.range(0, keys)
            .mapToObj(i -> String.format(Locale.ROOT, "key-%012d", i))
            .map(key -> key.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);
    byte[] value = "v".repeat(valueBytes).getBytes(StandardCharsets.US_ASCII);
    return Writer.Latency.of(writer, names, value, turnSeconds);
  }

  private static void createTable(DaemonGroup daemons, int copies) {
    try (SednaClient client = SednaClient.builder().bootstrap(daemons.bootstrap()).build()) {
      client.admin().createTable(TableSchema.of(TableName.parse(TABLE), copies));
    }
  }

  private List<String> facts(Workspace workspace, CompareOptions options)
      throws InterruptedException {
    var facts = new ArrayList<>(Environment.describe(workspace, options));
    facts.add("one client, which waits for each write; load average at the end: " + load());
    return facts;
  }

  private static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).trim().replaceAll(" \\S+ \\S+$", "");
    } catch (java.io.IOException e) {
      return "unknown";
    }
  }

  private static String json(List<String> facts, List<Line> lines) throws Exception {
    var all = new LinkedHashMap<String, Object>();
    all.put("environment", facts);
    all.put("lines", lines);
    return new ObjectMapper().writeValueAsString(all);
  }

  /** What the user typed. */
  private String commandLine() {
    return command.commandLine().getParseResult().originalArgs().stream()
        .skip(1)
        .collect(Collectors.joining(" ", "bin/sedna bench replication ", ""))
        .trim();
  }
}
