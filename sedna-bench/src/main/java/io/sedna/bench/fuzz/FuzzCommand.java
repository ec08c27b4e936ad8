// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import io.sedna.bench.cli.OptionChecks;
import io.sedna.bench.compare.SednaProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** {@code bin/sedna bench fuzz}. */
@Command(
    name = "fuzz",
    description = {
      "Send a running daemon's ports mutated Thrift frames and memcached lines on many connections,"
          + " while canary connections write and read known values and compare each answer with"
          + " what it must be, to the byte.",
      "Without --thrift and --memcached it starts a bin/sedna standalone of its own, with Netty's"
          + " search for lost buffers, and also fails if that process ends or logs an error."
    },
    footer = {
      "",
      "Through Thrift it uses the tables "
          + ThriftCanary.TABLE
          + " and "
          + ThriftInputs.TABLE
          + ", which it makes, and drops if all went well; through memcached the keys a, b, c, d, key-5, key/6 and what"
          + " becomes of them, in the table of that port: let it be one whose data nobody needs.",
      "",
      "What led to a failure is written to --corpus, a file each: the one input whose answer was"
          + " wrong, or all that were under way and the last 64 before. A run with the same --corpus"
          + " sends them first.",
      "",
      "Examples:",
      "  bin/sedna bench fuzz --minutes 5",
      "  bin/sedna bench fuzz --thrift 127.0.0.1:7720 --memcached 127.0.0.1:11211 --seed 42"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:the server stood it", "1:it did not, or the run failed", "2:wrong options"},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
@InterfaceAudience.Private
public final class FuzzCommand implements Callable<Integer> {
  @Option(
      names = "--thrift",
      paramLabel = "HOST:PORT",
      description = "Thrift port of a running daemon.")
  private String thrift;

  @Option(
      names = "--memcached",
      paramLabel = "HOST:PORT",
      description = "memcached port of a running daemon.")
  private String memcached;

  @Option(
      names = "--minutes",
      defaultValue = "1",
      paramLabel = "M",
      description = "How long; a fraction will do.")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of all inputs; another one each time unless given.",
      showDefaultValue = Visibility.NEVER)
  private Long seed;

  @Option(
      names = "--corpus",
      defaultValue = "fuzz-corpus",
      paramLabel = "DIR",
      description = "Inputs that are sent first, and where those that led to a failure go.")
  private Path corpus;

  @Option(
      names = "--connections",
      defaultValue = "16",
      description = "Connections under attack at a time, to each port.")
  private int connections;

  @Option(
      names = "--canaries",
      defaultValue = "2",
      description = "Connections that behave, to each port.")
  private int canaries;

  @Option(
      names = "--timeout-ms",
      defaultValue = "" + FuzzSpec.TIMEOUT_MS,
      description = "A canary that waits longer for an answer is a failure.")
  private int timeoutMs;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A setting of the server that it starts; may be repeated.",
      showDefaultValue = Visibility.NEVER)
  private Map<String, String> settings = new LinkedHashMap<>();

  @CommandLine.Spec private CommandLine.Model.CommandSpec command;

  @Override
  public Integer call() throws Exception {
    var checks = new OptionChecks(command);
    checks.atLeast("--connections", connections, 1);
    checks.atLeast("--canaries", canaries, 1);
    checks.atLeast("--timeout-ms", timeoutMs, 100);
    if (!(minutes > 0 && minutes <= Duration.ofDays(365).toMinutes())) {
      throw checks.refused("--minutes=" + minutes + " is not more than 0, and a year at most");
    }
    var targets = new EnumMap<FuzzProtocol, InetSocketAddress>(FuzzProtocol.class);
    if (thrift != null) {
      targets.put(FuzzProtocol.THRIFT, checks.address("--thrift", thrift));
    }
    if (memcached != null) {
      targets.put(FuzzProtocol.MEMCACHED, checks.address("--memcached", memcached));
    }
    if (!targets.isEmpty()) {
      if (!settings.isEmpty()) {
        throw checks.refused(
            "-D is of no use with --thrift or --memcached: that server runs already");
      }
      return fuzz(targets, null);
    }
    try (var server = SednaProcess.start(checks.home(), settings)) {
      targets.put(FuzzProtocol.THRIFT, server.thrift());
      targets.put(FuzzProtocol.MEMCACHED, server.memcached());
      say(
          "server: process %d, thrift %s, memcached %s",
          server.pid(), server.thrift(), server.memcached());
      return fuzz(targets, server);
    }
  }

  /**
   * @param server that was started for it; null: none was
   */
  private Integer fuzz(Map<FuzzProtocol, InetSocketAddress> targets, SednaProcess server)
      throws IOException, InterruptedException {
    Supplier<String> health = server == null ? () -> null : server::complaint;
    long from = seed == null ? System.nanoTime() : seed;
    say("seed %d", from);
    var spec =
        new FuzzSpec(
            targets,
            Duration.ofMillis(Math.round(minutes * 60_000)),
            from,
            connections,
            canaries,
            timeoutMs,
            corpus);
    FuzzResult result;
    if (targets.containsKey(FuzzProtocol.THRIFT)) {
      try (var tables = FuzzTables.create(targets.get(FuzzProtocol.THRIFT))) {
        result = Fuzz.run(spec, health, line -> say("%s", line));
        if (result.failure() == null) {
          tables.drop();
        }
      }
    } else {
      result = Fuzz.run(spec, health, line -> say("%s", line));
    }
    summarise(result, from);
    if (result.failure() != null && server != null) {
      Path log = corpus.resolve("server-" + from + ".log");
      Files.copy(server.logFile(), log, StandardCopyOption.REPLACE_EXISTING);
      out().println("log of the server: " + log.toAbsolutePath());
    }
    out().flush();
    return result.failure() == null ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void summarise(FuzzResult result, long from) {
    PrintWriter out = out();
    out.println("seed: " + from);
    result
        .counts()
        .forEach(
            (protocol, count) -> {
              out.println(protocol.id() + ": " + count);
              if (count.skipped.sum() > 0) {
                out.printf(
                    Locale.ROOT,
                    "%s: %,d inputs were not sent, for this machine had no port free%n",
                    protocol.id(),
                    count.skipped.sum());
              }
            });
    if (result.failure() == null) {
      out.println("the server stood it");
      return;
    }
    out.println("FAILED: " + result.failure());
    out.println("the cause is among " + result.kept().size() + " inputs:");
    result.kept().forEach(file -> out.println("  " + file.toAbsolutePath()));
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  private void say(String format, Object... values) {
    PrintWriter err = command.commandLine().getErr();
    err.println(String.format(Locale.ROOT, format, values));
    err.flush();
  }
}
