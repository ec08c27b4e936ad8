// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code bin/sedna bench failover}. */
@InterfaceAudience.Private
@CommandLine.Command(
    name = "failover",
    mixinStandardHelpOptions = true,
    description = {
      "Measures on three daemons, processes of their own on this machine, what users notice when one of them is killed",
      "or stands still. Fails if a bar is missed."
    })
public final class FailoverCommand implements Callable<Integer> {
  @Option(
      names = "--session-timeout",
      paramLabel = "MS",
      defaultValue = "3000",
      description =
          "sedna.zookeeper.session.timeout.ms of the daemons. ${DEFAULT-VALUE} unless given.")
  private int sessionTimeoutMs;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often a daemon is killed; the last one is the controller's.")
  private int kills;

  @Option(
      names = "--pause",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long a daemon stands still; 0: not at all.")
  private int pauseSeconds;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Path work = Files.createTempDirectory("sedna-failover-").toRealPath();
    var children = new Children(work.resolve("logs"));
    var hook = new Thread(children::close, "end-children");
    Runtime.getRuntime().addShutdownHook(hook);
    boolean good;
    try (children;
        var failover = new Failover(children, work, sessionTimeoutMs, this::say)) {
      failover.start();
      for (int i = 1; i <= kills; i++) {
        failover.kill(/* controller= */ i == kills);
      }
      if (pauseSeconds > 0) {
        failover.pause(pauseSeconds * 1_000L);
      }
      good = failover.lines().stream().allMatch(Failover.Line::held);
      print(failover);
    }
    Runtime.getRuntime().removeShutdownHook(hook);
    if (good) {
      delete(work);
    } else {
      say("logs are in " + work);
    }
    return good ? CommandLine.ExitCode.OK : 1;
  }

  private void print(Failover failover) {
    var out = spec.commandLine().getOut();
    out.printf("session time-out %d ms%n%n", sessionTimeoutMs);
    out.println("| what | measured | bar | held |");
    out.println("|---|---|---|---|");
    for (Failover.Line line : failover.lines()) {
      out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %s |%n",
          line.what(),
          line.measured(),
          line.bar(),
          line.held() ? "yes" : "NO");
    }
    out.flush();
  }

  private void say(String text) {
    spec.commandLine().getErr().println(text);
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
