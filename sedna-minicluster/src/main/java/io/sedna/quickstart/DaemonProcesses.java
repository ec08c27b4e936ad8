// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The daemons' processes, found among those that this JVM's node managers started. */
final class DaemonProcesses {
  private static final String MAIN_CLASS = "io.sedna.daemon.DaemonMain";
  private static final long DEATH_TIMEOUT_S = 10;

  private DaemonProcesses() {}

  static List<ProcessHandle> all() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().filter(c -> c.endsWith("/java")).isPresent())
        .filter(process -> commandLine(process).contains(MAIN_CLASS))
        .toList();
  }

  /** The one that was given this node id. */
  static Optional<ProcessHandle> of(String nodeId) {
    return all().stream()
        .filter(process -> (commandLine(process) + " ").contains("sedna.node.id=" + nodeId + " "))
        .findFirst();
  }

  /** SIGKILL; returns when it is dead. */
  static void kill(ProcessHandle process) throws InterruptedException {
    process.destroyForcibly();
    try {
      process.onExit().get(DEATH_TIMEOUT_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("process does not die: pid=" + process.pid(), e);
    }
  }

  private static String commandLine(ProcessHandle process) {
    return process.info().arguments().map(arguments -> String.join(" ", arguments)).orElse("");
  }
}
