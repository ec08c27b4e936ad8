// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.verify.HistoryRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A whole cluster and its clients for some minutes of its own time, all from a seed: the same seed
 * does the same every time.
 */
final class Simulation {
  private static final long START_MS = 30_000;
  private static final long CLIENTS_MS = 300_000;
  private static final long HEAL_MS = 90_000;
  private static final long STEP_MS = 250;

  /** After all copies are there again: what is under way ends. */
  private static final long SETTLE_MS = 10_000;

  private final SimulationPlan plan;
  private final SimulatedCluster cluster;
  private final FaultSchedule faults;
  private final List<Client> clients = new ArrayList<>();
  private final HistoryRecorder recorder;
  private final Chance ofLoss;

  /**
   * How a seed ended.
   *
   * @param digest of all that happened
   * @param answers that clients got
   */
  record Result(long seed, List<String> findings, long digest, long answers, long events) {
    boolean isGood() {
      return findings.isEmpty();
    }
  }

  private Simulation(long seed, PlantedFault fault, Consumer<String> lines) {
    var chance = new Chance(seed);
    plan = SimulationPlan.of(chance.split());
    cluster =
        new SimulatedCluster(
            SimulatedSettings.of(plan.partitions(), plan.daemons(), fault),
            plan.daemons(),
            plan.memoryBytes(),
            chance.split(),
            lines);
    cluster.trace().event("seed", String.valueOf(seed), plan);
    recorder = new HistoryRecorder(cluster.time()::nanos);
    faults = new FaultSchedule(cluster, plan, chance.split());
    var strongKeys = new StrongClient.Keys();
    for (int i = 1; i <= plan.clients(); i++) {
      clients.add(new SimulatedClient(i, cluster, recorder, chance.split(), plan.operations()));
      clients.add(
          new StrongClient(i, cluster, recorder, strongKeys, chance.split(), plan.operations()));
    }
    ofLoss = chance.split();
  }

  /**
   * @param lines takes what happens, line by line; null: nobody does
   */
  static Result run(long seed, Consumer<String> lines) {
    return run(seed, PlantedFault.NONE, lines);
  }

  static Result run(long seed, PlantedFault fault, Consumer<String> lines) {
    var simulation = new Simulation(seed, fault, lines);
    simulation.run();
    return new Result(
        seed,
        simulation.cluster.findings().all(),
        simulation.cluster.trace().digest(),
        simulation.clients.stream().mapToLong(Client::answers).sum(),
        simulation.cluster.time().happened());
  }

  private void run() {
    for (int node = 0; node < plan.daemons(); node++) {
      cluster.start(node, faults.wallOffsetMs());
    }
    var tables = new TableMaker(cluster, plan.endsInLoss());
    tables.start();
    if (!await(START_MS, () -> cluster.isWhole() && tables.isDone(), "a map and tables")) {
      return;
    }
    clients.forEach(Client::start);
    faults.start();
    cluster.time().runFor(plan.faultsMs());
    faults.end();
    if (await(HEAL_MS, this::isWholeUndrained, "all copies")
        && await(CLIENTS_MS, this::clientsDone, "the clients")
        && await(HEAL_MS, cluster::isWhole, "all copies")) {
      cluster.time().runFor(SETTLE_MS);
      // A node that was distrusted long may be given its share only now.
      if (!await(HEAL_MS, this::isQuiet, "calls under way to end")) {
        return;
      }
      new FinalChecks(cluster, plan, recorder.history()).check();
      if (plan.endsInLoss()) {
        loseAll();
      }
    }
  }

  private void loseAll() {
    var loss = new LossOfAll(cluster, recorder.history(), ofLoss);
    loss.begin();
    if (await(START_MS, loss::isKnown, "all to be lost")) {
      cluster.time().runFor(SETTLE_MS);
      loss.stopWriting();
      cluster.time().runFor(SETTLE_MS);
      if (!loss.isKnown()) {
        cluster.findings().add("partitions serve that nobody has given back; " + state());
      }
      boolean whole =
          await(
              HEAL_MS,
              () -> {
                loss.accept();
                return cluster.isWhole();
              },
              "copies after the loss was accepted");
      if (whole) {
        await(START_MS, loss::isServedAgain, "answers after the loss was accepted");
      }
    }
    loss.end();
    cluster.time().runFor(SETTLE_MS);
  }

  private boolean isWholeUndrained() {
    faults.takeBackDrains();
    return cluster.zooKeeper().draining().isEmpty() && cluster.isWhole();
  }

  private boolean isQuiet() {
    return cluster.network().underWay() == 0 && cluster.isWhole();
  }

  private boolean clientsDone() {
    return clients.stream().allMatch(Client::isDone);
  }

  private boolean await(long ms, BooleanSupplier condition, String what) {
    boolean met =
        IntStream.range(0, (int) (ms / STEP_MS))
            .anyMatch(
                i -> {
                  cluster.time().runFor(STEP_MS);
                  return condition.getAsBoolean();
                });
    if (!met) {
      cluster.findings().add("waited in vain for " + what + ", ms=" + ms + "; " + state());
    }
    return met;
  }

  private String state() {
    return cluster.zooKeeper().map().map(MapText::of).orElse("no map")
        + ", members="
        + cluster.zooKeeper().members();
  }
}
