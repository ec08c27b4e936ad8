// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary folder for logs and data, and the processes that were started: they end with it, also
 * if this process is told to end. Thread-safe.
 */
@InterfaceAudience.Private
public final class Workspace implements AutoCloseable {
  public static final String HOST = "127.0.0.1";

  private static final Logger LOG = LoggerFactory.getLogger(Workspace.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path directory;
  private final boolean keep;
  private final Set<Process> processes = ConcurrentHashMap.newKeySet();
  private volatile boolean ending;
  private final Thread hook = new Thread(this::endAll, "end-processes");

  /**
   * @param keep leave the folder when it is closed
   */
  public Workspace(boolean keep) throws IOException {
    directory = Files.createTempDirectory("sedna-compare");
    this.keep = keep;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  public Path directory() {
    return directory;
  }

  /** A new folder in it. */
  Path folder(String prefix) throws IOException {
    return Files.createTempDirectory(directory, prefix);
  }

  /**
   * Starts a program whose output goes to a log in the folder.
   *
   * @param name of the log
   * @throws SednaException INTERNAL if it cannot be started
   */
  public Started start(String name, List<String> command, Map<String, String> environment) {
    try {
      Path log = Files.createTempFile(directory, name + "-", ".log");
      var builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
      Process process = builder.start();
      processes.add(process);
      if (ending) {
        end(process);
      }
      return new Started(process, log);
    } catch (IOException e) {
      throw new SednaException(
          ErrorCode.INTERNAL, "cannot start " + String.join(" ", command) + ": " + e, e);
    }
  }

  /** A process and where its output is. */
  public record Started(Process process, Path log) {}

  /** Ends a process at once: what it holds is of no use to anybody. */
  public void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    boolean interrupted = false;
    try {
      process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    processes.remove(process);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A port that nobody listened on a moment ago. */
  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new SednaException(ErrorCode.INTERNAL, "no free port: " + e, e);
    }
  }

  private void endProcesses() {
    ending = true;
    processes.forEach(this::end);
  }

  /** When this process is told to end. */
  private void endAll() {
    try {
      endProcesses();
      delete();
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Cannot delete {}", directory, e);
    }
  }

  @Override
  public void close() throws IOException {
    endProcesses();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is at it.
      return;
    }
    delete();
  }

  private void delete() throws IOException {
    if (keep) {
      return;
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
