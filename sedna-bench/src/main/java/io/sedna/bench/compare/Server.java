// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.load.ProcessUsage;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A server in a process of its own, ready. Closing it ends the process. */
final class Server implements AutoCloseable {
  private static final Duration START_TIME = Duration.ofMinutes(10);
  private static final long POLL_MS = 50;
  private static final int LOG_CHARS = 2000;

  private final Workspace workspace;
  private final Workspace.Started started;
  private final String name;
  private final int port;

  /**
   * @param name as the table calls it
   * @param port of the protocol that it is measured by
   */
  Server(Workspace workspace, Workspace.Started started, String name, int port) {
    this.workspace = workspace;
    this.started = started;
    this.name = name;
    this.port = port;
  }

  String name() {
    return name;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(Workspace.HOST, port);
  }

  long pid() {
    return started.process().pid();
  }

  ProcessUsage usage() {
    return ProcessUsage.of(pid());
  }

  Path logFile() {
    return started.log();
  }

  String log() {
    try {
      return Files.readString(started.log());
    } catch (IOException e) {
      return "";
    }
  }

  /** Waits until it takes connections. */
  Server awaitPort() throws InterruptedException {
    await(
        () -> {
          try (var socket = new Socket()) {
            socket.connect(address(), 1000);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
    return this;
  }

  /**
   * @throws SednaException INTERNAL, with the end of its log, if the process ends or the condition
   *     does not come true in time
   */
  void await(BooleanSupplier condition) throws InterruptedException {
    long endNanos = System.nanoTime() + START_TIME.toNanos();
    while (!condition.getAsBoolean()) {
      if (!started.process().isAlive() || System.nanoTime() - endNanos > 0) {
        String log = log();
        String end = log.substring(Math.max(0, log.length() - LOG_CHARS));
        close();
        throw new SednaException(
            ErrorCode.INTERNAL, name + " did not start on port " + port + ":\n" + end);
      }
      Thread.sleep(POLL_MS);
    }
  }

  @Override
  public void close() {
    workspace.end(started.process());
  }
}
