// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.partition.ReplicaState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** All daemons of an instance and what is between them. */
final class SimulatedCluster {
  /** How far monotonic clocks run fast or slow. */
  private static final double MOST_DRIFT = 0.01;

  static final String ZOOKEEPER = "zookeeper";

  private final SimulatedTime time = new SimulatedTime();
  private final Trace trace;
  private final Findings findings;
  private final Chance chance;
  private final SimulatedSettings settings;
  private final SimulatedNetwork network;
  private final SimulatedZooKeeper zooKeeper;
  private final List<Slot> slots = new ArrayList<>();
  private final long memoryBytes;
  private long incarnations;

  /** A node: daemons come and go under its name. */
  private static final class Slot {
    private final NodeId id;
    private final double rate;
    private SimulatedDaemon daemon;

    Slot(NodeId id, double rate) {
      this.id = id;
      this.rate = rate;
    }
  }

  /**
   * @param lines takes the trace; null: nobody does
   */
  SimulatedCluster(
      SimulatedSettings settings,
      int daemons,
      long memoryBytes,
      Chance chance,
      Consumer<String> lines) {
    this.settings = settings;
    this.memoryBytes = memoryBytes;
    this.chance = chance;
    this.trace = new Trace(time, lines);
    this.findings = new Findings(trace);
    this.network = new SimulatedNetwork(time, trace, findings, chance.split());
    this.zooKeeper = new SimulatedZooKeeper(time, trace);
    for (int i = 0; i < daemons; i++) {
      slots.add(
          new Slot(
              new NodeId(String.valueOf((char) ('A' + i))),
              1 + chance.between(-MOST_DRIFT, MOST_DRIFT)));
    }
  }

  SimulatedTime time() {
    return time;
  }

  Trace trace() {
    return trace;
  }

  Findings findings() {
    return findings;
  }

  SimulatedNetwork network() {
    return network;
  }

  SimulatedZooKeeper zooKeeper() {
    return zooKeeper;
  }

  SimulatedSettings settings() {
    return settings;
  }

  int size() {
    return slots.size();
  }

  NodeId id(int node) {
    return slots.get(node).id;
  }

  /** The daemon that runs there, if one does. */
  Optional<SimulatedDaemon> daemon(int node) {
    return Optional.ofNullable(slots.get(node).daemon);
  }

  List<SimulatedDaemon> daemons() {
    var daemons = new ArrayList<SimulatedDaemon>();
    slots.stream().filter(slot -> slot.daemon != null).forEach(slot -> daemons.add(slot.daemon));
    return daemons;
  }

  /** A process that is no daemon, with right clocks. */
  SimulatedProcess client(String name) {
    return new SimulatedProcess(name, time, trace, findings, chance.split(), 1, 0);
  }

  /** Starts a daemon, which begins empty. */
  void start(int node, long wallOffsetMs) {
    Slot slot = slots.get(node);
    if (slot.daemon != null) {
      throw new IllegalStateException("runs already: " + slot.id);
    }
    String name = slot.id.value();
    long incarnation = ++incarnations;
    trace.event(name, "start", incarnation);
    network.link(name, ZOOKEEPER).heal(); // Without ZooKeeper it would not start.
    var process =
        new SimulatedProcess(name, time, trace, findings, chance.split(), slot.rate, wallOffsetMs);
    var session =
        new SimulatedSession(
            zooKeeper,
            process,
            trace,
            chance.split(),
            network.link(name, ZOOKEEPER),
            settings.sessionTimeoutMs());
    slot.daemon =
        new SimulatedDaemon(
            process, slot.id, incarnation, settings, session, zooKeeper, network, memoryBytes);
  }

  void crash(int node) {
    Slot slot = slots.get(node);
    trace.event(slot.id.value(), "crash");
    slot.daemon.crash();
    slot.daemon = null;
  }

  /** A daemon whose controller is active, as far as it knows. */
  Optional<SimulatedDaemon> controller() {
    return daemons().stream()
        .filter(daemon -> daemon.process().runs() && daemon.controller().active())
        .findFirst();
  }

  /** Every partition has all its copies, on daemons that run, and nothing is on the move. */
  boolean isWhole() {
    Optional<PartitionMap> map = zooKeeper.map();
    if (map.isEmpty()) {
      return false;
    }
    for (int p = 0; p < map.get().partitions(); p++) {
      List<Replica> replicas = map.get().replicas(p);
      if (replicas.size() != Math.min(SimulatedSettings.COPIES, slots.size())
          || !replicas.stream().allMatch(this::serves)) {
        return false;
      }
    }
    return true;
  }

  private boolean serves(Replica replica) {
    return replica.state() == ReplicaState.SERVING
        && daemons().stream()
            .anyMatch(daemon -> daemon.process().runs() && daemon.node().equals(replica.node()));
  }

  /** Daemons that hold a replica of a partition that serves. */
  List<SimulatedDaemon> servers(int partition) {
    var servers = new ArrayList<SimulatedDaemon>();
    for (Replica replica : zooKeeper.map().orElseThrow().replicas(partition)) {
      daemons().stream()
          .filter(daemon -> serves(replica) && daemon.node().equals(replica.node()))
          .forEach(servers::add);
    }
    return servers;
  }
}
