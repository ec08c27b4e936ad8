// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sedna.client.rpc.LeakDetection;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code bin/sedna chaos}: progress goes to standard error, the result to standard output. */
@InterfaceAudience.Private
@CommandLine.Command(
    name = "sedna chaos",
    description = {
      "Runs a cluster of real processes on this machine, breaks it in the ways that a seed gives, one after the other,",
      "while clients write down every answer, and checks after each fault: all copies are there again, replicas hold the",
      "same, no acknowledged write is lost, no delete comes back, and strong tables are linearizable."
    },
    footer = {
      "",
      "Faults of the network need root, for network namespaces; without, they are skipped."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every check held",
      "1:one did not, or the cluster did not recover",
      "2:wrong options"
    })
public final class ChaosMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ChaosMain.class);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final int LEAST_DAEMONS = 3;
  private static final int MOST_DAEMONS = 16;
  private static final int SEEDS = 1_000_000;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "3",
      description = "How long to break things; a decimal number. ${DEFAULT-VALUE} unless given.")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Gives the faults: another one each time unless given.")
  private Long seed;

  @Option(
      names = "--daemons",
      paramLabel = "N",
      defaultValue = "4",
      description = "Daemons, at least 3. ${DEFAULT-VALUE} unless given.")
  private int daemons;

  @Option(
      names = "--faults",
      paramLabel = "LIST",
      split = ",",
      description =
          "Kinds of faults, separated by commas, all unless given: kill, restart, pause, zookeeper-kill,"
              + " zookeeper-pause, isolate, partition, one-way, partition-zookeeper, drain, join, clock."
              + " drain needs more than 3 daemons.")
  private List<String> faults = new ArrayList<>();

  @Option(
      names = "--tables",
      paramLabel = "LIST",
      split = ",",
      description =
          "Kinds of tables, separated by commas, all unless given: eventual, sources, strong.")
  private List<String> tables = new ArrayList<>();

  @Option(
      names = "--longest",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "Longest fault. ${DEFAULT-VALUE} unless given.")
  private int longestSeconds;

  @Option(
      names = "--session-timeout",
      paramLabel = "MS",
      defaultValue = "3000",
      description =
          "sedna.zookeeper.session.timeout.ms of the daemons. ${DEFAULT-VALUE} unless given.")
  private int sessionTimeoutMs;

  @Option(
      names = "--rolling",
      description =
          "Instead of faults, restart all daemons one after the other, under load of clients with the"
              + " default time-outs, of whose calls none may fail.")
  private boolean rolling;

  @Option(
      names = "--to",
      paramLabel = "INSTALLATION",
      description =
          "With --rolling: restart them as daemons of another installation, by its bin/sedna.")
  private Path to;

  @Option(
      names = "--with",
      paramLabel = "KEY=VALUE",
      description = "With --rolling: restart them with another setting; may be repeated.")
  private List<String> with = new ArrayList<>();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where to work; kept afterwards. Otherwise a temporary directory, kept only after a failure.")
  private Path dir;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  private final PrintStream out = System.out;

  public static void main(String[] args) {
    LeakDetection.turnOff();
    int code = new CommandLine(new ChaosMain()).execute(args);
    // Threads of libraries must not keep the process.
    System.exit(code);
  }

  @Override
  public Integer call() throws IOException {
    List<FaultKind> kinds;
    try {
      kinds =
          faults.isEmpty()
              ? Arrays.asList(FaultKind.values())
              : faults.stream().map(FaultKind::of).toList();
    } catch (IllegalArgumentException e) {
      return wrong("--faults: " + e.getMessage());
    }
    Set<Tables> used;
    try {
      used = Tables.of(tables);
    } catch (IllegalArgumentException e) {
      return wrong("--tables: " + e.getMessage());
    }
    if (daemons < LEAST_DAEMONS || daemons > MOST_DAEMONS) {
      return wrong("--daemons=" + daemons + " is not " + LEAST_DAEMONS + " to " + MOST_DAEMONS);
    }
    if (!(minutes > 0) || longestSeconds < 1 || sessionTimeoutMs < 1) {
      return wrong("times must be above 0");
    }
    if (!rolling && (to != null || !with.isEmpty())) {
      return wrong("--to and --with belong to --rolling");
    }
    if (to != null && !Files.isExecutable(to.resolve("bin/sedna"))) {
      return wrong("--to=" + to + " has no bin/sedna");
    }
    for (String setting : with) {
      if (setting.indexOf('=') < 1) {
        return wrong("--with=" + setting + " is not KEY=VALUE");
      }
    }
    Optional<Upgrade> upgrade =
        to == null && with.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Upgrade(Optional.ofNullable(to).map(Path::toAbsolutePath), List.copyOf(with)));
    boolean temporary = dir == null;
    Path work =
        (temporary ? Files.createTempDirectory("sedna-chaos-") : Files.createDirectories(dir))
            .toRealPath();
    var options =
        new ChaosOptions(
            Duration.ofMillis((long) (minutes * 60_000)),
            seed == null ? ThreadLocalRandom.current().nextInt(SEEDS) : seed,
            daemons,
            kinds,
            used,
            work,
            sessionTimeoutMs,
            longestSeconds * 1_000L,
            rolling,
            upgrade);
    boolean good = run(options);
    if (good && temporary) {
      delete(work);
    } else {
      say("logs and data are in " + work);
    }
    return good ? CommandLine.ExitCode.OK : 1;
  }

  private boolean run(ChaosOptions options) throws IOException {
    var children = new Children(options.directory().resolve("logs"));
    // Ctrl-C: what was started ends with this process.
    var hook = new Thread(() -> interrupted(children, options.directory()), "end-children");
    Runtime.getRuntime().addShutdownHook(hook);
    boolean good = false;
    List<RoundReport> reports = List.of();
    try (var run = new ChaosRun(options, children, ChaosMain::say)) {
      reports = run.reports();
      good = run.run();
    } catch (IOException | RuntimeException e) {
      LOG.error("chaos failed", e);
      say("FAILED: " + e.getMessage());
    } finally {
      children.close();
    }
    removeHook(hook);
    tell(options, reports, good);
    return good;
  }

  private static void interrupted(Children children, Path directory) {
    children.close();
    say("interrupted; logs and data are in " + directory);
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process ends already", e);
    }
  }

  private void tell(ChaosOptions options, List<RoundReport> reports, boolean good)
      throws IOException {
    if (json) {
      var result = new LinkedHashMap<String, Object>();
      result.put("good", good);
      result.put("seed", options.seed());
      result.put("daemons", options.daemons());
      result.put("rounds", reports);
      out.println(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(result));
    } else {
      ReportText.table(reports).forEach(out::println);
      out.println(
          (good ? "All checks held" : "NOT all checks held")
              + " in "
              + reports.size()
              + " rounds, seed="
              + options.seed());
    }
    out.flush();
  }

  private static int wrong(String message) {
    System.err.println("sedna: " + message);
    return CommandLine.ExitCode.USAGE;
  }

  private static void say(String text) {
    System.err.println(LocalTime.now().format(TIME) + " " + text);
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
