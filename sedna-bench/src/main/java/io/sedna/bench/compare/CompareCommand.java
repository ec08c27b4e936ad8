// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.cli.OptionChecks;
import io.sedna.bench.compare.Row.Bench;
import io.sedna.common.error.SednaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/sedna bench compare}. */
@Command(
    name = "compare",
    description = {
      "Run Sedna, memcached, Redis and Hazelcast side by side on this machine, in alternating rounds,"
          + " and print medians and ratios as a Markdown table.",
      "Every server is a process of its own on a free port, and is ended at the end. memcached, Redis"
          + " and libmemcached's tools must be installed for their rows (apt-get install memcached"
          + " redis-server libmemcached-tools); Hazelcast is there already."
    },
    footer = {
      "",
      "--rows thrift --rounds 1 --seconds 2 --warmup 1 is a run of less than a minute.",
      "It exits with 1 if a figure is on the wrong side of what is asked, or a row failed."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
@InterfaceAudience.Private
public final class CompareCommand implements Callable<Integer> {
  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "ROW",
      description = "Which rows (see --list), by comma; all unless given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private List<String> wanted = List.of();

  @Option(names = "--list", description = "Print the rows, and measure nothing.")
  private boolean list;

  @Option(names = "--rounds", defaultValue = "5", description = "Rounds of each row.")
  private int rounds;

  @Option(names = "--seconds", defaultValue = "10", description = "Of one turn of one server.")
  private int seconds;

  @Option(
      names = "--warmup",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description = "Of each server before the first round.")
  private int warmup;

  @Option(
      names = "--soak",
      defaultValue = "600",
      paramLabel = "SECONDS",
      description = "Of the row garbage.")
  private int soak;

  @Option(names = "--keys", defaultValue = "100000", description = "Keys of the throughput rows.")
  private long keys;

  @Option(
      names = "--records",
      defaultValue = "10000000",
      description = "Records of the row memory.")
  private long records;

  @Option(
      names = "--utilisation-mb",
      defaultValue = "1024",
      paramLabel = "MIB",
      description = "Memory of the daemon in the row utilisation.")
  private int utilisationMb;

  @Option(
      names = "--loader-threads",
      defaultValue = "1",
      description = "Event loops of our loader.")
  private int loaderThreads;

  @Option(names = "--slap-threads", defaultValue = "2", description = "Threads of memcaslap.")
  private int slapThreads;

  @Option(
      names = "--sedna-opts",
      defaultValue = "-Xmx1g",
      paramLabel = "OPTIONS",
      description = "Java options of the daemon.")
  private String sednaOptions;

  @Option(
      names = "--hazelcast-opts",
      defaultValue = "-Xmx1g",
      paramLabel = "OPTIONS",
      description = "Java options of Hazelcast's member.")
  private String hazelcastOptions;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A setting of the daemon; may be repeated.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--output", paramLabel = "FILE", description = "Write the table there too.")
  private Path output;

  @Option(names = "--keep-logs", description = "Leave the folder of the servers' logs.")
  private boolean keepLogs;

  @CommandLine.Spec private CommandLine.Model.CommandSpec command;

  /** All rows, in the order of the table. */
  static List<Row> allRows() {
    int batch = CompareOptions.BATCH;
    return List.of(
        new MemcaslapRow("memcached", 1, 1.0, true),
        new MemcaslapRow("memcached-multiget", batch, 1.2, false),
        new ThriftRow("thrift", 1, 1, 1, 1.2),
        new ThriftRow("thrift-pipelined", batch, 1, batch, 1.0),
        new ThriftRow("thrift-multiget", 1, batch, batch, 1.0),
        new HazelcastRow("hazelcast", 1, 1.5),
        new HazelcastRow("hazelcast-batch", batch, 3),
        new MemoryRow(),
        new UtilisationRow(),
        new GarbageRow());
  }

  @Override
  public Integer call() throws Exception {
    var out = command.commandLine().getOut();
    if (list) {
      allRows().forEach(row -> out.printf("%-20s %s%n", row.id(), row.description()));
      out.flush();
      return CommandLine.ExitCode.OK;
    }
    var checks = new OptionChecks(command);
    List<Row> rows = rows(checks);
    CompareOptions options = options(checks);
    var progress = new Progress(command.commandLine().getErr());
    var lines = new ArrayList<Line>();
    String table;
    try (var workspace = new Workspace(keepLogs)) {
      progress.say("logs of the servers: %s", workspace.directory());
      var servers = new Servers(workspace, checks.home(), options);
      var bench = new Bench(options, workspace, servers, progress);
      for (Row row : rows) {
        progress.say("row %s: %s", row.id(), row.description());
        try {
          lines.addAll(row.measure(bench));
        } catch (SednaException e) {
          // The other rows are worth their time.
          progress.say("row %s failed: %s", row.id(), e);
          lines.add(Line.failed(row.description(), e));
        }
      }
      table = MarkdownTable.render(Environment.describe(workspace, options), commandLine(), lines);
    }
    out.print(table);
    out.flush();
    if (output != null) {
      Files.writeString(output, table);
    }
    return lines.stream().allMatch(Line::met)
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }

  private List<Row> rows(OptionChecks checks) {
    Map<String, Row> byId = new LinkedHashMap<>();
    allRows().forEach(row -> byId.put(row.id(), row));
    for (String id : wanted) {
      if (!byId.containsKey(id)) {
        throw checks.refused("--rows=" + id + " is none of " + String.join(", ", byId.keySet()));
      }
    }
    return wanted.isEmpty() ? allRows() : wanted.stream().map(byId::get).toList();
  }

  private CompareOptions options(OptionChecks checks) {
    checks.atLeast("--rounds", rounds, 1);
    checks.atLeast("--seconds", seconds, 1);
    checks.atLeast("--warmup", warmup, 0);
    checks.atLeast("--soak", soak, 1);
    checks.atLeast("--keys", keys, 1);
    checks.atLeast("--records", records, 1);
    checks.atLeast("--utilisation-mb", utilisationMb, 16);
    checks.atLeast("--loader-threads", loaderThreads, 1);
    checks.atLeast("--slap-threads", slapThreads, 1);
    if (CompareOptions.CONNECTIONS % slapThreads != 0) {
      throw checks.refused(
          "--slap-threads=" + slapThreads + " does not divide " + CompareOptions.CONNECTIONS);
    }
    return new CompareOptions(
        rounds,
        seconds,
        warmup,
        soak,
        keys,
        records,
        utilisationMb,
        loaderThreads,
        slapThreads,
        sednaOptions,
        hazelcastOptions,
        settings);
  }

  /** What the user typed. */
  private String commandLine() {
    return command.commandLine().getParseResult().originalArgs().stream()
        .skip(1)
        .map(argument -> argument.contains(" ") ? "'" + argument + "'" : argument)
        .collect(Collectors.joining(" ", "bin/sedna bench compare ", ""))
        .trim();
  }
}
