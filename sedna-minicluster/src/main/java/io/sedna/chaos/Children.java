// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Processes that were started here and end with this one, however it ends: Linux kills a process
 * that asked for it (PR_SET_PDEATHSIG, by setpriv) when the thread that started it ends, so one
 * thread starts them all. Thread-safe.
 */
final class Children implements AutoCloseable {
  private static final String GUARD = "setpriv";
  private static final long DEATH_TIMEOUT_S = 10;

  private final Path logs;
  private final boolean guarded = Programs.isThere(GUARD);
  private final Set<Process> processes = ConcurrentHashMap.newKeySet();
  private final ExecutorService starter =
      Executors.newSingleThreadExecutor(
          task -> {
            var thread = new Thread(task, "children");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean ending;

  /**
   * @param logs directory for what they say
   */
  Children(Path logs) throws IOException {
    this.logs = Files.createDirectories(logs);
  }

  /**
   * @param log name of the file for both of its streams
   */
  record Child(Process process, Path log) {
    long pid() {
      return process.pid();
    }

    boolean isAlive() {
      return process.isAlive();
    }

    String said() throws IOException {
      return Files.readString(log);
    }
  }

  Child start(String log, List<String> command) throws IOException {
    var guardedCommand = new ArrayList<String>();
    if (guarded) {
      guardedCommand.addAll(List.of(GUARD, "--pdeathsig", "KILL"));
    }
    guardedCommand.addAll(command);
    Path file = logs.resolve(log);
    var builder = new ProcessBuilder(guardedCommand);
    builder.redirectErrorStream(true).redirectOutput(file.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Process process = onStarter(builder::start);
    processes.add(process);
    if (ending) {
      kill(process);
    }
    return new Child(process, file);
  }

  private <T> T onStarter(Callable<T> task) throws IOException {
    try {
      return starter.submit(task).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a process was started", e);
    }
  }

  /** SIGKILL, of one that is stopped too; returns when it is dead. */
  void kill(Process process) {
    process.destroyForcibly();
    ends(process, DEATH_TIMEOUT_S);
    processes.remove(process);
  }

  /** SIGTERM, and SIGKILL if it is still there after a while; answers whether that was needed. */
  boolean stop(Process process, long patienceS) {
    process.destroy();
    boolean killed = !ends(process, patienceS);
    kill(process);
    return killed;
  }

  /** The exit code of one that ends by itself; nothing if it has not after so long. */
  OptionalInt awaitEnd(Process process, long patienceS) {
    if (!ends(process, patienceS)) {
      return OptionalInt.empty();
    }
    processes.remove(process);
    return OptionalInt.of(process.exitValue());
  }

  /** SIGSTOP or SIGCONT. */
  static void signal(Process process, String name) throws IOException {
    Programs.run("kill", "-" + name, Long.toString(process.pid()));
  }

  private static boolean ends(Process process, long seconds) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    ending = true;
    processes.forEach(Process::destroyForcibly);
    processes.forEach(this::kill);
    starter.shutdown();
  }
}
