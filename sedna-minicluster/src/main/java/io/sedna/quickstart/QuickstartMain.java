// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code bin/sedna quickstart}. */
@InterfaceAudience.Private
@CommandLine.Command(
    name = "sedna quickstart",
    description = {
      "Boots a Hadoop cluster inside this machine, runs Sedna on it, counts real files into it by MapReduce, kills a",
      "daemon, stops and starts the instance, and checks everything against a count made without Hadoop or Sedna."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:every check held", "1:one did not, or something failed", "2:wrong options"})
public final class QuickstartMain implements Callable<Integer> {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      description =
          "Text to count words of, a file or a directory, instead of the local Maven repository's poms.")
  private Path input;

  @Option(names = "--keep", description = "Leave everything running at the end, until Ctrl-C.")
  private boolean keep;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where to work; kept afterwards. Otherwise a temporary directory, kept only after a failure.")
  private Path dir;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  public static void main(String[] args) {
    System.exit(new CommandLine(new QuickstartMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    long startNs = System.nanoTime();
    if (input != null && !Files.exists(input)) {
      System.err.println("sedna: input path does not exist: " + input.toAbsolutePath());
      return CommandLine.ExitCode.USAGE;
    }
    var work =
        dir == null ? Files.createTempDirectory("sedna-quickstart-") : Files.createDirectories(dir);
    work = work.toRealPath();
    // Web servers unpack their pages there.
    System.setProperty("java.io.tmpdir", Files.createDirectories(work.resolve("tmp")).toString());
    var terminal = System.console() != null;
    var screen = System.out;
    var logs = QuickstartLogs.redirect(work.resolve("logs"));
    var console = new Console(screen, terminal);
    boolean good;
    try (var quickstart = new Quickstart(console, work, logs, Optional.ofNullable(input))) {
      var hook = new Thread(quickstart::close, "quickstart-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      good = run(quickstart, console, logs);
      console.line("");
      quickstart.checks().table().forEach(console::line);
      console.line("");
      console.line(
          (good ? "All checks held" : "NOT all checks held")
              + ", after "
              + Duration.ofNanos(System.nanoTime() - startNs).toSeconds()
              + " s.");
      if (keep) {
        quickstart.describeKept().forEach(console::line);
        awaitInterrupt();
      }
      console.step("Stop everything", progress -> quickstart.close());
      removeHook(hook);
    } catch (Exception e) {
      good = false;
      LoggerFactory.getLogger(QuickstartMain.class).error("quickstart failed", e);
      console.line("sedna: " + e);
    }
    if (good && dir == null) {
      delete(work);
    } else {
      console.line("Logs and data are in " + work);
    }
    return good ? CommandLine.ExitCode.OK : 1;
  }

  private static boolean run(Quickstart quickstart, Console console, Path logs) {
    try {
      quickstart.run();
      return quickstart.checks().allHeld();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      console.line("interrupted");
    } catch (Exception e) {
      LoggerFactory.getLogger(QuickstartMain.class).error("quickstart failed", e);
      console.line("");
      console.line("sedna: " + (e instanceof SednaException ? e.toString() : describe(e)));
      console.line("sedna: logs are in " + logs);
      quickstart.checks().that("no step failed", false, describe(e));
    }
    return false;
  }

  private static String describe(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static void awaitInterrupt() throws InterruptedException {
    // Ctrl-C runs the shutdown hook.
    Thread.currentThread().join();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running already.
      return;
    }
  }

  private static void delete(Path work) throws IOException {
    try (var files = Files.walk(work)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
