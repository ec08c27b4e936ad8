// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.chaos.Cluster.Daemon;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.SednaDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Does faults to a cluster and takes them back. */
final class Injector {
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(60);
  private static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(60);

  /** Both leave room for the time that asking ZooKeeper for its clock takes. */
  private static final long CLOCK_BEYOND_MS = 5_000;

  private static final long CLOCK_WITHIN_MS = 1_000;
  private static final int RETRY_PAUSE_MS = 200;

  private final Cluster cluster;
  private final Consumer<String> said;
  private Daemon joined;

  /**
   * @param said told what is done, as it is done
   */
  Injector(Cluster cluster, Consumer<String> said) {
    this.cluster = cluster;
    this.said = said;
  }

  /** Returns when everything that it broke runs again, not when it has recovered. */
  void inject(Fault fault) throws IOException {
    List<Daemon> daemons = cluster.daemons();
    Daemon daemon =
        fault.atController() ? cluster.controller() : daemons.get(fault.target() % daemons.size());
    said.accept(describe(fault, daemon));
    long ms = fault.holdMs();
    switch (fault.kind()) {
      case KILL -> killed(daemon.server(), ms);
      case RESTART -> {
        daemon.server().stop();
        daemon.server().start();
      }
      case PAUSE -> paused(daemon.server(), ms);
      case ZOOKEEPER_KILL -> killed(cluster.zooKeeper(), ms);
      case ZOOKEEPER_PAUSE -> paused(cluster.zooKeeper(), ms);
      case DRAIN -> drained(daemon);
      case JOIN -> joinedOrLeft();
      case CLOCK -> clockSetWrong(daemon, ms);
      default -> parted(fault.kind(), daemon, ms);
    }
  }

  /**
   * Restarts all daemons as an administrator would, each when all partitions have all their copies.
   *
   * @param upgrade what each is from then on; nothing: what it was
   */
  void restartAll(Optional<Upgrade> upgrade) throws IOException {
    for (Daemon daemon : cluster.daemons()) {
      said.accept("restart " + daemon + upgrade.map(to -> " as of " + to).orElse(""));
      daemon.server().stop();
      upgrade.flatMap(Upgrade::installation).ifPresent(to -> daemon.server().moveTo(to, "daemon"));
      daemon.server().start(upgrade.map(Upgrade::arguments).orElse(List.of()));
      cluster.awaitComplete(DRAIN_PATIENCE);
    }
  }

  /** Ahead or behind: with the parity of the time. */
  private void clockSetWrong(Daemon daemon, long ms) throws IOException {
    int sign = ms % 2 == 0 ? 1 : -1;
    Server server = daemon.server();
    server.stop();
    server.start(clockOff(sign * (Cluster.MAX_CLOCK_SKEW_MS + CLOCK_BEYOND_MS)));
    int exitCode = server.awaitEnd(REFUSAL_PATIENCE);
    if (exitCode == 0 || !Files.readString(server.log()).contains(ErrorCode.CLOCK_OFF.name())) {
      throw new IOException(
          daemon
              + " was not refused for its clock: exitCode="
              + exitCode
              + ", log="
              + server.log());
    }
    server.start(clockOff(sign * (Cluster.MAX_CLOCK_SKEW_MS - CLOCK_WITHIN_MS)));
    cluster.awaitComplete(DRAIN_PATIENCE);
    Pauses.ms(ms);
    server.stop();
    server.start();
  }

  private static List<String> clockOff(long ms) {
    return List.of("-D" + SednaDaemon.TEST_CLOCK_OFFSET_MS + "=" + ms);
  }

  private static String describe(Fault fault, Daemon daemon) {
    String where =
        switch (fault.kind()) {
          case ZOOKEEPER_KILL, ZOOKEEPER_PAUSE, JOIN -> "";
          default -> " " + daemon;
        };
    String where2 = fault.atController() && !where.isEmpty() ? where + " (controller)" : where;
    return switch (fault.kind()) {
      case RESTART, DRAIN, JOIN -> fault.kind().option() + where2;
      case CLOCK ->
          fault.kind().option()
              + where2
              + (fault.holdMs() % 2 == 0 ? " ahead for " : " behind for ")
              + fault.holdMs()
              + " ms";
      default -> fault.kind().option() + where2 + " for " + fault.holdMs() + " ms";
    };
  }

  private static void killed(Server server, long ms) throws IOException {
    server.kill();
    Pauses.ms(ms);
    server.start();
  }

  private static void paused(Server server, long ms) throws IOException {
    server.pause();
    try {
      Pauses.ms(ms);
    } finally {
      server.resume();
    }
  }

  private void parted(FaultKind kind, Daemon daemon, long ms) throws IOException {
    Network network = cluster.network();
    try {
      for (Daemon other : cluster.daemons()) {
        if (other != daemon && kind != FaultKind.PARTITION_ZOOKEEPER) {
          network.block(daemon.node(), other.node());
          if (kind != FaultKind.ONE_WAY) {
            network.block(other.node(), daemon.node());
          }
        }
      }
      if (kind == FaultKind.ISOLATE || kind == FaultKind.PARTITION_ZOOKEEPER) {
        network.block(daemon.node(), Network.ZOOKEEPER);
        network.block(Network.ZOOKEEPER, daemon.node());
      }
      Pauses.ms(ms);
    } finally {
      network.heal();
    }
  }

  private void drained(Daemon daemon) throws IOException {
    drain(daemon);
    daemon.server().stop();
    daemon.server().start();
    patiently(() -> cluster.client().admin().undrain(daemon.id()));
  }

  private void joinedOrLeft() throws IOException {
    if (joined == null) {
      joined = cluster.join();
    } else {
      drain(joined);
      cluster.leave(joined);
      joined = null;
    }
  }

  private void drain(Daemon daemon) throws IOException {
    var operation = new String[1];
    patiently(() -> operation[0] = cluster.client().admin().drain(daemon.id()).getId());
    patiently(() -> cluster.client().admin().awaitOperation(operation[0], DRAIN_PATIENCE));
  }

  /** Administration goes on after a controller was lost. */
  private static void patiently(Runnable call) throws IOException {
    long deadlineNs = System.nanoTime() + DRAIN_PATIENCE.toNanos();
    while (true) {
      try {
        call.run();
        return;
      } catch (SednaException e) {
        if (System.nanoTime() - deadlineNs > 0) {
          throw new IOException("administration failed: " + e, e);
        }
        Pauses.ms(RETRY_PAUSE_MS);
      }
    }
  }
}
