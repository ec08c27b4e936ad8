// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.standalone;

import io.sedna.client.rpc.LeakDetection;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * {@code bin/sedna standalone}. Prints one line to standard output, when it serves; everything else
 * goes to standard error. SIGTERM and SIGINT save everything and end it.
 */
@InterfaceAudience.Private
@CommandLine.Command(
    name = "sedna standalone",
    description = {
      "Runs an instance on this machine alone, for development, with ZooKeeper inside.",
      "When it serves it prints: ready thrift=HOST:PORT[,…] http=HOST:PORT zookeeper=HOST:PORT"
          + " [memcached=HOST:PORT]"
    },
    footer = {
      "",
      "Data is saved under the directory 10 seconds after it was written at the latest, and when the"
          + " server is stopped by SIGTERM or Ctrl-C; what SIGKILL or a power failure finds unsaved is"
          + " lost. Tables with persistence=none are empty after a restart.",
      "",
      "-D sedna.standalone.checkpoint.interval.ms=N changes the 10 seconds; 0 saves only at the end."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:stopped as asked", "1:failed", "2:wrong options"})
public final class StandaloneMain implements Callable<Integer> {
  static final String CHECKPOINT_INTERVAL_KEY = "sedna.standalone.checkpoint.interval.ms";

  private static final Logger LOG = LoggerFactory.getLogger(StandaloneMain.class);
  private static final int MOST_DAEMONS = 16;
  private static final int FAILURE = 1;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where data is kept; $HOME/.sedna/standalone unless given.")
  private Path dir = Path.of(System.getProperty("user.home"), ".sedna", "standalone");

  @Option(
      names = "--daemons",
      paramLabel = "N",
      defaultValue = "1",
      description = "Daemons, all in this process; as many copies are kept, 3 at most.")
  private int daemons;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "7720",
      description =
          "Thrift port of the first daemon, the others' being 2, 4, … above; 0: any free ones.")
  private int port;

  @Option(
      names = "--http-port",
      paramLabel = "P",
      defaultValue = "7721",
      description = "HTTP port of the first daemon, as --port.")
  private int httpPort;

  @Option(
      names = "--memcached-port",
      paramLabel = "P",
      defaultValue = "-1",
      description =
          "Port of the first daemon for memcached clients, 0: any free one, -1: none. Creates the"
              + " table that sedna.memcached.table names (default.memcached), a cache without copies"
              + " that is not saved.")
  private int memcachedPort;

  @Option(
      names = "--memory",
      paramLabel = "MB",
      description = "Memory for records, of all daemons together, in MiB.")
  private Integer memory;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A setting of sedna-default.xml; may be repeated.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  private final PrintStream out = System.out;

  public static void main(String[] args) {
    LeakDetection.turnOff();
    int code =
        new CommandLine(new StandaloneMain()).setOverwrittenOptionsAllowed(true).execute(args);
    // The shutdown hook of SIGTERM waits for this, and threads of libraries for nothing.
    Runtime.getRuntime().halt(code);
  }

  @Override
  public Integer call() {
    try {
      serve(options());
      return CommandLine.ExitCode.OK;
    } catch (SednaException e) {
      LOG.debug("cannot run", e);
      System.err.println("sedna: " + e);
      return e.code() == ErrorCode.INVALID_ARGUMENT ? CommandLine.ExitCode.USAGE : FAILURE;
    } catch (IOException e) {
      LOG.debug("cannot run", e);
      System.err.println("sedna: " + e.getMessage());
      return FAILURE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILURE;
    }
  }

  private StandaloneOptions options() {
    if (daemons < 1 || daemons > MOST_DAEMONS) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "--daemons=" + daemons + " is not 1 to " + MOST_DAEMONS);
    }
    checkPort("--port", port);
    checkPort("--http-port", httpPort);
    if (memcachedPort != StandaloneOptions.NO_PORT) {
      checkPort("--memcached-port", memcachedPort);
    }
    if (memory != null) {
      if (memory < daemons) {
        throw new SednaException(
            ErrorCode.INVALID_ARGUMENT,
            "--memory=" + memory + " is less than 1 MiB a daemon: daemons=" + daemons);
      }
      properties.putIfAbsent(StoreConfig.MEMORY_MB, String.valueOf(memory / daemons));
    }
    return new StandaloneOptions(dir, daemons, port, httpPort, memcachedPort, properties);
  }

  private static void checkPort(String option, int value) {
    if (value < 0 || value > 0xffff) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, option + "=" + value + " is not 0 to " + 0xffff);
    }
  }

  private void serve(StandaloneOptions options) throws IOException, InterruptedException {
    var stop = new CountDownLatch(1);
    try (var server = new StandaloneServer(options, DataDirectory.open(options.dir()))) {
      server.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(stop), "stop"));
      out.println(server.readyLine());
      out.flush();
      var unused = server.failure().thenRun(stop::countDown);
      stop.await();
      if (server.failure().isDone()) {
        throw (SednaException) server.failure().join();
      }
      server.save();
    }
  }

  /**
   * The process ends when its hooks have: it must not before the main thread, which halts it, is
   * done.
   */
  private static void stopAndWait(CountDownLatch stop) {
    stop.countDown();
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
