// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.id.NodeId;
import io.sedna.daemon.controller.ControllerAdmin;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Breaks things at random and mends them again. At most one fault at a time loses copies (a crash,
 * or a daemon whose session ends) where the plan is careful; those that only hinder come as they
 * like.
 */
final class FaultSchedule {
  private static final long LONGEST_BETWEEN_MS = 1500;
  private static final long LONGEST_MS = 6000;

  private final SimulatedCluster cluster;
  private final SimulationPlan plan;
  private final Chance chance;
  private boolean over;
  private int losing;
  private int faults;

  FaultSchedule(SimulatedCluster cluster, SimulationPlan plan, Chance chance) {
    this.cluster = cluster;
    this.plan = plan;
    this.chance = chance;
  }

  void start() {
    later(between(), this::next);
  }

  int faults() {
    return faults;
  }

  /** Mends everything; nothing breaks any more. */
  void end() {
    over = true;
    cluster.network().links().forEach(Link::heal);
    for (int node = 0; node < cluster.size(); node++) {
      if (cluster.daemon(node).isEmpty()) {
        cluster.start(node, wallOffsetMs());
      }
    }
    for (SimulatedDaemon daemon : cluster.daemons()) {
      daemon.process().wake();
      daemon.session().delayWatches(0);
    }
    cluster.trace().event("faults", "end");
  }

  private void later(long ms, Runnable task) {
    cluster
        .time()
        .after(
            TimeUnit.MILLISECONDS.toNanos(ms),
            () -> {
              if (!over) {
                task.run();
              }
            });
  }

  private long between() {
    return chance.between(1L, LONGEST_BETWEEN_MS);
  }

  private void next() {
    int node = chance.between(0, cluster.size() - 1);
    boolean mayLose = !plan.careful() || (losing == 0 && cluster.isWhole());
    switch (chance.between(0, 17)) {
      case 0 -> cutOneWay(node, other(node));
      case 1 -> {
        int other = other(node);
        cutOneWay(node, other);
        cutOneWay(other, node);
      }
      case 2, 3 -> lose(node, other(node));
      case 4 -> slow(node);
      case 5 -> stopShortly(node);
      case 6, 14, 15, 16, 17 -> delayWatches(node);
      case 7 -> cluster.daemon(node).ifPresent(d -> d.process().setWallOffsetMs(wallOffsetMs()));
      case 12, 13 -> drain(node);
      case 8, 9 -> {
        if (mayLose) {
          crash(node);
        }
      }
      case 10 -> {
        if (mayLose) {
          stopLong(node);
        }
      }
      default -> {
        if (mayLose) {
          loseSession(node);
        }
      }
    }
    later(between(), this::next);
  }

  private int other(int node) {
    int other = chance.between(0, cluster.size() - 2);
    return other < node ? other : other + 1;
  }

  private String name(int node) {
    return cluster.id(node).value();
  }

  private void fault(String what, Object... values) {
    faults++;
    cluster.trace().event("faults", what, values);
  }

  long wallOffsetMs() {
    return chance.between(-1000L, 1000L);
  }

  private void cutOneWay(int from, int to) {
    fault("cut", name(from), name(to));
    Link link = cluster.network().link(name(from), name(to));
    link.cut();
    later(chance.between(100L, LONGEST_MS), link::heal);
  }

  private void lose(int from, int to) {
    double probability = chance.between(0.05, 0.5);
    fault("lose", name(from), name(to), probability);
    Link link = cluster.network().link(name(from), name(to));
    link.lose(probability);
    link.duplicate(probability / 2);
    later(chance.between(100L, LONGEST_MS), link::heal);
  }

  private void slow(int node) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(chance.between(10, 800));
    fault("slow", name(node), nanos);
    for (int other = 0; other < cluster.size(); other++) {
      Link there = cluster.network().link(name(other), name(node));
      Link back = cluster.network().link(name(node), name(other));
      there.slow(nanos);
      back.slow(nanos);
      later(chance.between(100L, LONGEST_MS), there::heal);
      later(chance.between(100L, LONGEST_MS), back::heal);
    }
  }

  /** Too short for its session to end. */
  private void stopShortly(int node) {
    stop(node, chance.between(10L, cluster.settings().sessionTimeoutMs() / 3), () -> {});
  }

  /** Others take it for dead. */
  private void stopLong(int node) {
    losing++;
    long ms = cluster.settings().sessionTimeoutMs();
    stop(node, chance.between(ms, 3 * ms), () -> losing--);
  }

  private void stop(int node, long ms, Runnable then) {
    Optional<SimulatedDaemon> daemon = cluster.daemon(node).filter(d -> d.process().runs());
    if (daemon.isEmpty()) {
      then.run();
      return;
    }
    fault("stop", name(node), ms);
    daemon.get().process().stop();
    later(
        ms,
        () -> {
          cluster.trace().event("faults", "wake", name(node));
          daemon.get().process().wake();
          then.run();
        });
  }

  private void delayWatches(int node) {
    cluster
        .daemon(node)
        .ifPresent(
            daemon -> {
              long ms = chance.between(50L, 2500L);
              fault("late watches", name(node), ms);
              daemon.session().delayWatches(TimeUnit.MILLISECONDS.toNanos(ms));
              later(chance.between(100L, LONGEST_MS), () -> daemon.session().delayWatches(0));
            });
  }

  /** Its replicas move away, and come back; the controller refuses it where they have no place. */
  private void drain(int node) {
    Optional<ControllerAdmin> admin = admin();
    if (admin.isEmpty()) {
      return;
    }
    fault("drain", name(node));
    var unused =
        admin
            .get()
            .drain(name(node))
            .whenComplete(
                (operation, failure) ->
                    cluster
                        .trace()
                        .event(
                            "faults",
                            "drain",
                            name(node),
                            failure == null ? "begun" : failure.toString()));
    later(chance.between(10L, LONGEST_MS), this::takeBackDrains);
  }

  /** To be asked for until no node is drained: a controller may be lost before it does it. */
  void takeBackDrains() {
    for (NodeId drained : cluster.zooKeeper().draining()) {
      admin()
          .ifPresent(
              admin -> {
                var unused = admin.undrain(drained.value());
              });
    }
  }

  private Optional<ControllerAdmin> admin() {
    return cluster.controller().map(daemon -> daemon.controller().admin());
  }

  private void crash(int node) {
    if (cluster.daemon(node).isEmpty()) {
      return;
    }
    losing++;
    fault("crash", name(node));
    cluster.crash(node);
    later(
        chance.between(10L, LONGEST_MS),
        () -> {
          losing--;
          cluster.start(node, wallOffsetMs());
        });
  }

  private void loseSession(int node) {
    Optional<SimulatedDaemon> daemon = cluster.daemon(node);
    if (daemon.isEmpty()) {
      return;
    }
    fault("session", name(node));
    losing++;
    Link link = cluster.network().link(name(node), SimulatedCluster.ZOOKEEPER);
    link.cut();
    later(
        chance.between(100L, 3 * cluster.settings().sessionTimeoutMs()),
        () -> {
          link.heal();
          // The session may end yet, before a heartbeat has come.
          later(cluster.settings().sessionTimeoutMs(), () -> losing--);
        });
  }
}
