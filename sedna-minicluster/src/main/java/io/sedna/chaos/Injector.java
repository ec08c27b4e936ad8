// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.chaos.Cluster.Daemon;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Does faults to a cluster and takes them back. */
final class Injector {
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(60);
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
      default -> parted(fault.kind(), daemon, ms);
    }
  }

  /**
   * Restarts all daemons as an administrator would, each when all partitions have all their copies.
   */
  void restartAll() throws IOException {
    for (Daemon daemon : cluster.daemons()) {
      said.accept("restart " + daemon);
      daemon.server().stop();
      daemon.server().start();
      cluster.awaitComplete(DRAIN_PATIENCE);
    }
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
