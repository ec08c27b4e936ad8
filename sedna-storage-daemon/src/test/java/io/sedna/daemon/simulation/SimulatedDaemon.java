// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.admin.LocalStatistics;
import io.sedna.daemon.admin.PeerAdmin;
import io.sedna.daemon.cluster.ClusterSync;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.controller.Controller;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.HeapPartitionStore;
import io.sedna.daemon.engine.MemoryBudget;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.persistence.SnapshotOrders;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.Housekeeping;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.PeerNetwork;
import io.sedna.daemon.replication.Peers;
import io.sedna.daemon.replication.Repair;
import io.sedna.daemon.replication.ReplicaService;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.daemon.replication.Transfer;
import io.sedna.daemon.replication.strong.StrongTables;
import io.sedna.daemon.server.AdminService;
import io.sedna.daemon.server.DataService;
import io.sedna.daemon.server.PeerHandler;
import io.sedna.daemon.server.PublicHandler;
import io.sedna.daemon.server.RequestChecks;

/**
 * One run of a daemon, made of the real parts as {@code SednaDaemon} makes it, over simulated time,
 * network and ZooKeeper. The one place where a new part is wired.
 */
final class SimulatedDaemon {
  private static final long SYNC_TIMEOUT_MS = 5000;

  private final SimulatedProcess process;
  private final SimulatedSession session;
  private final SimulatedView view;
  private final Engine engine;
  private final MapTracker maps;
  private final Controller controller;
  private final SimulatedElection election;
  private final SimulatedNetwork network;
  private final MapNode node;

  /** Starts it; it becomes a member as soon as ZooKeeper lets it. */
  SimulatedDaemon(
      SimulatedProcess process,
      NodeId id,
      long incarnation,
      SimulatedSettings settings,
      SimulatedSession session,
      SimulatedZooKeeper zooKeeper,
      SimulatedNetwork network,
      long memoryBytes) {
    this.process = process;
    this.session = session;
    this.network = network;
    this.node = new MapNode(id, id.value(), 1, 1, MapNode.DEFAULT_RACK, incarnation);
    WallClock wallClock = process.wallClock();
    view = new SimulatedView(zooKeeper, session, id, incarnation);
    Lane io = process.lane("io");
    Lane timers = process.lane("timers");
    PeerNetwork others = network.of(process, io);

    var metrics = new DaemonMetrics(process::nanoTime);
    var clock = new HybridClock(wallClock, settings.cluster().maxClockSkewMs(), id);
    var budget = new MemoryBudget(memoryBytes);
    engine =
        new Engine(
            budget,
            (table, partition, memory) ->
                new HeapPartitionStore(
                    wallClock::millis,
                    settings.fault().tombstoneGraceMs(settings.store().tombstoneGraceMs()),
                    Integer.numberOfTrailingZeros(settings.cluster().partitions()),
                    budget,
                    memory));
    TableSettings.follow(view, engine);
    maps = new MapTracker(view, io, timers);
    var peers = new Peers(others);
    var replica = new ReplicaService(view, maps, engine, clock, process.lane("reading"));
    var repair =
        new Repair(
            view,
            maps,
            engine,
            clock,
            replica,
            others,
            settings.repair(),
            settings.replication(),
            settings.cluster().maxClockSkewMs(),
            settings.store().tombstoneGraceMs(),
            metrics,
            process.lane("repair"));
    var coordinator =
        new Coordinator(
            view,
            maps,
            replica,
            peers,
            settings.replication(),
            settings.eventual(),
            clock,
            timers,
            metrics);
    var strong =
        new StrongTables(
            view,
            maps,
            engine,
            clock,
            settings
                .fault()
                .lease(
                    new SimulatedLease(
                        zooKeeper,
                        session,
                        view,
                        settings.sessionTimeoutMs() - settings.strong().leaseMarginMs())),
            others,
            coordinator,
            timers,
            settings.replication(),
            settings.strong());
    var transfer =
        new Transfer(
            view,
            maps,
            engine,
            peers,
            repair.marks(),
            settings.replication(),
            clock,
            metrics,
            strong,
            process.lane("transfer"),
            process.lane("storing"));
    var housekeeping =
        new Housekeeping(
            view,
            maps,
            engine,
            settings.fault().tombstones(repair.marks()),
            settings.store(),
            wallClock::millis,
            process.lane("housekeeping"));
    Lane controllerLane = process.lane("controller");
    controller =
        new Controller(
            settings.controller(),
            id,
            () -> new SimulatedInstanceStore(zooKeeper, session, process.chance()),
            new SimulatedControllerPeers(others),
            wallClock,
            controllerLane);
    controller.use(new SimulatedSnapshots(view));
    var data =
        new DataService(
            new RequestChecks(view, maps::epoch),
            coordinator,
            strong.calls(),
            clock,
            metrics,
            settings.fault().tombstoneGraceMs(settings.store().tombstoneGraceMs()),
            SimulatedSettings.MAX_FRAME_BYTES);
    var peerAdmin =
        new PeerAdmin(
            controller,
            new ClusterSync(view, SYNC_TIMEOUT_MS, timers),
            new LocalStatistics(view, engine, metrics, wallClock),
            Absent.of(SnapshotOrders.class));
    network.listen(
        id.value(),
        new SimulatedNetwork.Server(
            process,
            io,
            settings
                .fault()
                .peers(
                    new PeerHandler(replica, strong, peerAdmin, repair), process.chance().split()),
            new PublicHandler(data, Absent.of(AdminService.class))));
    controller.start(node);
    transfer.start();
    housekeeping.start();
    repair.start();
    strong.start();
    view.register(new Member(node, wallClock.millis()));
    election = new SimulatedElection(zooKeeper, session, controller);
    election.join();
  }

  SimulatedProcess process() {
    return process;
  }

  SimulatedSession session() {
    return session;
  }

  MapNode node() {
    return node;
  }

  boolean knows(String table) {
    return view.catalogue().byName(table).isPresent();
  }

  Engine engine() {
    return engine;
  }

  MapTracker maps() {
    return maps;
  }

  Controller controller() {
    return controller;
  }

  /** The process is gone; its session ends when ZooKeeper has not heard of it for long enough. */
  void crash() {
    process.die();
    network.close(node.host());
  }
}
