// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import io.netty.channel.EventLoopGroup;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.client.rpc.RpcClient;
import io.sedna.client.rpc.RpcOptions;
import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.EventualConfig;
import io.sedna.common.conf.MemcachedConfig;
import io.sedna.common.conf.RepairConfig;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.StoreEngine;
import io.sedna.common.conf.StrongConfig;
import io.sedna.common.conf.TransportConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.SerialScheduler;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.admin.ForwardTarget;
import io.sedna.daemon.admin.ForwardingAdmin;
import io.sedna.daemon.admin.LocalAdmin;
import io.sedna.daemon.admin.LocalStatistics;
import io.sedna.daemon.admin.PeerAdmin;
import io.sedna.daemon.admin.RpcPeers;
import io.sedna.daemon.cluster.ClockCheck;
import io.sedna.daemon.cluster.ClusterSync;
import io.sedna.daemon.cluster.InstancePaths;
import io.sedna.daemon.cluster.InstanceSettings;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.cluster.Ownership;
import io.sedna.daemon.cluster.Presence;
import io.sedna.daemon.cluster.ZooKeeperClusterView;
import io.sedna.daemon.cluster.ZooKeeperConnection;
import io.sedna.daemon.cluster.ZooKeeperLease;
import io.sedna.daemon.controller.Controller;
import io.sedna.daemon.controller.ControllerSettings;
import io.sedna.daemon.controller.Election;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.HeapPartitionStore;
import io.sedna.daemon.engine.MemoryBudget;
import io.sedna.daemon.engine.OffHeapMemory;
import io.sedna.daemon.http.HttpEndpoint;
import io.sedna.daemon.memcached.CacheTable;
import io.sedna.daemon.memcached.MemcachedServer;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.peer.RpcPeerNetwork;
import io.sedna.daemon.persistence.LocalSnapshotOrders;
import io.sedna.daemon.persistence.SnapshotManager;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.Housekeeping;
import io.sedna.daemon.replication.LocalTables;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.Peers;
import io.sedna.daemon.replication.Repair;
import io.sedna.daemon.replication.ReplicaService;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.daemon.replication.Transfer;
import io.sedna.daemon.replication.strong.PrimaryCalls;
import io.sedna.daemon.replication.strong.StrongTables;
import io.sedna.daemon.server.DataService;
import io.sedna.daemon.server.Dispatcher;
import io.sedna.daemon.server.HotPath;
import io.sedna.daemon.server.PeerHandler;
import io.sedna.daemon.server.PublicHandler;
import io.sedna.daemon.server.RequestChecks;
import io.sedna.daemon.server.ServerOptions;
import io.sedna.daemon.server.ThriftServer;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.peer.SednaForward;
import io.sedna.thrift.peer.SednaPeer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon of an instance: all its parts, wired together. {@link #start} once, then {@link #stop}
 * or {@link #kill}; another run needs another object. Several can live in one process.
 */
@InterfaceAudience.LimitedPrivate("sedna-minicluster")
public final class SednaDaemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SednaDaemon.class);

  /**
   * For tests: how far this daemon's wall clock is ahead of the machine's, in milliseconds; behind
   * where negative. Shows what a wrong clock does without one; in no sedna-site.xml.
   */
  public static final String TEST_CLOCK_OFFSET_MS = "sedna.test.clock.offset.ms";

  private static final int INCARNATION_RANDOM_BITS = 20;
  private static final int RPC_CONNECT_TIMEOUT_MS = 3000;
  private static final int RPC_MAX_INFLIGHT = 8192;
  private static final long SYNC_TIMEOUT_MS = 5000;
  private static final long CLOCK_PAUSE_MS = 600_000;
  private static final long TERM_END_MS = 5000;
  private static final long FILLER_IDLE_S = 10;
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private final ZooKeeperConfig zooKeeperConfig;
  private final ClusterConfig clusterConfig;
  private final ServerConfig serverConfig;
  private final ReplicationConfig replicationConfig;
  private final StrongConfig strongConfig;
  private final StoreConfig storeConfig;
  private final SnapshotConfig snapshotConfig;
  private final MemcachedConfig memcachedConfig;
  private final Configuration conf;
  private final WallClock wallClock;
  private final NodeId nodeId;
  private final Closing closing = new Closing();
  private final CompletableFuture<SednaException> failed = new CompletableFuture<>();

  private CuratorFramework curator;
  private ZooKeeperClusterView view;
  private Presence presence;
  private ZooKeeperLease lease;
  private DaemonReadiness readiness;
  private Controller controller;
  private Election election;
  private ThriftServer server;
  private volatile Member member;
  private Function<MemcachedConfig, MemcachedServer> memcachedMaker;
  private volatile OptionalInt memcachedPort = OptionalInt.empty();
  private volatile boolean stopped;

  /**
   * @param conf holds all settings; sedna.node.id at least is not a default
   * @throws SednaException naming the setting that is missing or illegal
   */
  public SednaDaemon(Configuration conf) {
    this(conf, clock(conf));
  }

  private static WallClock clock(Configuration conf) {
    long offsetMs = conf.getLong(TEST_CLOCK_OFFSET_MS, 0);
    if (offsetMs == 0) {
      return WallClock.system();
    }
    LOG.warn("this daemon's clock is off for a test: {}={}", TEST_CLOCK_OFFSET_MS, offsetMs);
    return WallClock.system().ahead(offsetMs);
  }

  /**
   * @param wallClock of records and the controller
   */
  public SednaDaemon(Configuration conf, WallClock wallClock) {
    this.conf = conf;
    this.wallClock = wallClock;
    zooKeeperConfig = ZooKeeperConfig.from(conf);
    clusterConfig = ClusterConfig.from(conf);
    serverConfig = ServerConfig.from(conf);
    replicationConfig = ReplicationConfig.from(conf);
    strongConfig = StrongConfig.from(conf);
    storeConfig = StoreConfig.from(conf);
    snapshotConfig = SnapshotConfig.from(conf);
    memcachedConfig = MemcachedConfig.from(conf);
    nodeId =
        clusterConfig
            .nodeId()
            .orElseThrow(
                () ->
                    new SednaException(
                        ErrorCode.INVALID_ARGUMENT,
                        ClusterConfig.NODE_ID + " is not set: every daemon needs a stable name"));
  }

  /**
   * Connects to ZooKeeper, listens, and becomes a member. Blocks until it is one, not until it is
   * {@link #ready}. A daemon that could not start has released everything.
   *
   * @throws SednaException ZOOKEEPER_UNREACHABLE with the address; NODE_EXISTS naming who holds the
   *     node id; INSTANCE_EXISTS where another instance holds the path; INVALID_ARGUMENT where the
   *     instance was created with other settings; CLOCK_OFF where the clock differs too much from
   *     ZooKeeper's; UNAVAILABLE where a port cannot be listened on
   */
  public synchronized void start() {
    boolean started = false;
    try {
      startParts();
      started = true;
    } finally {
      if (!started) {
        stopped = true;
        closing.closeAll();
      }
    }
  }

  private String instanceId() {
    return clusterConfig
        .instanceId()
        .orElseGet(() -> SnapshotDirectory.fullName(conf, clusterConfig.instance()));
  }

  private void startParts() {
    long incarnation =
        wallClock.millis() << INCARNATION_RANDOM_BITS
            | ThreadLocalRandom.current().nextInt(1 << INCARNATION_RANDOM_BITS);
    curator = closing.add("ZooKeeper", ZooKeeperConnection.open(zooKeeperConfig));
    InstancePaths paths = InstancePaths.of(zooKeeperConfig, clusterConfig);
    view =
        closing.add(
            "cluster view",
            new ZooKeeperClusterView(
                curator,
                paths,
                new Ownership(curator, paths, instanceId()),
                InstanceSettings.of(clusterConfig),
                nodeId,
                incarnation,
                2L * zooKeeperConfig.sessionTimeoutMs(),
                this::usurped));
    var clockCheck =
        new ClockCheck(curator, paths, nodeId, wallClock, clusterConfig.maxClockSkewMs());
    clockCheck.require();
    readiness = new DaemonReadiness(view);

    EventLoopGroup loops =
        NettyTransport.choose(TransportConfig.SERVER_TRANSPORT, TransportConfig.from(conf).server())
            .group(serverConfig.eventLoops(), "sedna-io-" + nodeId);
    closing.add("event loops", () -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await());
    RpcClient client = closing.add("peer connections", new RpcClient(rpcOptions(), loops));

    var metrics = new DaemonMetrics();
    var clock = new HybridClock(wallClock, clusterConfig.maxClockSkewMs(), nodeId);
    Engine engine = openEngine();
    TableSettings.follow(view, engine);
    SerialScheduler timers = closing.add("timers", scheduler("timers"));
    timers.every(CLOCK_PAUSE_MS, () -> clockCheck.compare(metrics::clockLead));
    var maps = new MapTracker(view, loops, timers);
    var network = new RpcPeerNetwork(client);
    var peers = new Peers(network);
    Executor fillers = fillers();
    var replica = new ReplicaService(view, maps, engine, clock, fillers);
    var repair =
        closing.add(
            "repair",
            new Repair(
                view,
                maps,
                engine,
                clock,
                replica,
                network,
                RepairConfig.from(conf),
                replicationConfig,
                clusterConfig.maxClockSkewMs(),
                storeConfig.tombstoneGraceMs(),
                metrics,
                scheduler("repair")));
    var coordinator =
        new Coordinator(
            view,
            maps,
            replica,
            peers,
            replicationConfig,
            EventualConfig.from(conf),
            clock,
            timers,
            metrics);
    // Half of the session's time-out: within it nobody can have taken this daemon's place.
    presence =
        new Presence(
            timers, zooKeeperConfig.sessionTimeoutMs() / 2, zooKeeperConfig.sessionTimeoutMs());
    lease =
        closing.add(
            "lease",
            new ZooKeeperLease(
                curator,
                paths,
                nodeId,
                view,
                strongConfig.leaseMarginMs(),
                presence,
                scheduler("lease")));
    var strong =
        new StrongTables(
            view,
            maps,
            engine,
            clock,
            lease,
            network,
            coordinator,
            timers,
            replicationConfig,
            strongConfig);
    var transfer =
        closing.add(
            "transfer",
            new Transfer(
                view,
                maps,
                engine,
                peers,
                repair.marks(),
                replicationConfig,
                clock,
                metrics,
                strong,
                scheduler("transfer"),
                fillers));
    var housekeeping =
        closing.add(
            "housekeeping",
            new Housekeeping(
                view,
                maps,
                engine,
                repair.marks(),
                storeConfig,
                wallClock::millis,
                scheduler("housekeeping")));

    var rpcPeers = new RpcPeers(client);
    var orders =
        closing.add(
            "snapshot orders",
            new LocalSnapshotOrders(conf, view, engine, coordinator::restore, wallClock));
    controller =
        new Controller(
            ControllerSettings.of(clusterConfig, snapshotConfig),
            nodeId,
            curator,
            paths,
            rpcPeers,
            wallClock,
            closing.add("controller's scheduler", scheduler("controller")));
    closing.add("controller", () -> controller.close().get(TERM_END_MS, TimeUnit.MILLISECONDS));
    controller.use(
        closing.add(
            "snapshots",
            new SnapshotManager(
                conf,
                clusterConfig.instance(),
                view,
                rpcPeers,
                controller.restoreTables(),
                wallClock)));
    var statistics = new LocalStatistics(view, engine, metrics, wallClock);
    var admin = new LocalAdmin(view, controller.admin(), statistics, rpcPeers);
    var data =
        new DataService(
            new RequestChecks(view, maps::epoch),
            coordinator,
            strong.calls(),
            clock,
            metrics,
            storeConfig.tombstoneGraceMs(),
            serverConfig.maxFrameBytes());
    var forwarding = new ForwardingAdmin(admin, controller::active, view::controllerNode, rpcPeers);
    var peerAdmin =
        new PeerAdmin(
            controller, new ClusterSync(view, SYNC_TIMEOUT_MS, timers), statistics, orders);
    server =
        new ThriftServer(
            ServerOptions.from(serverConfig),
            loops,
            dispatcher(
                new PublicHandler(data, forwarding),
                new PeerHandler(replica, strong, peerAdmin, repair),
                new ForwardTarget(new PublicHandler(data, admin))),
            new HotPath(new LocalTables(view, maps, engine), clock, data),
            presence,
            metrics);
    closing.add("server", () -> server.stop(0));
    int thriftPort = server.start();
    memcachedMaker =
        config ->
            memcached(config, loops, maps, engine, coordinator, strong.calls(), clock, metrics);
    if (memcachedConfig.enabled()) {
      serveMemcached(memcachedConfig);
    }

    String host = NodeAddress.host(serverConfig);
    String rack = NodeAddress.rack(clusterConfig.rack(), conf, host);
    HttpEndpoint http =
        closing.add(
            "HTTP",
            new HttpEndpoint(
                clusterConfig.instance().value(),
                serverConfig.bindAddress(),
                serverConfig.httpPort(),
                view,
                engine,
                metrics,
                strong.metrics(),
                this::whyNotReady));
    http.start();
    member =
        new Member(
            new MapNode(nodeId, host, thriftPort, http.port(), rack, incarnation),
            wallClock.millis());
    controller.start(member.node());
    transfer.start();
    housekeeping.start();
    repair.start();
    view.register(member);
    lease.start();
    presence.start(lease::ask);
    strong.start();
    election = closing.add("election", new Election(curator, paths, nodeId, controller));
    election.start();
    LOG.info("daemon {} of instance {} started: {}", nodeId, clusterConfig.instance(), member);
  }

  private MemcachedServer memcached(
      MemcachedConfig config,
      EventLoopGroup loops,
      MapTracker maps,
      Engine engine,
      Coordinator coordinator,
      PrimaryCalls primaries,
      HybridClock clock,
      DaemonMetrics metrics) {
    var table =
        new CacheTable(
            config.table(),
            new LocalTables(view, maps, engine),
            coordinator,
            primaries,
            new RequestChecks(view, maps::epoch),
            clock,
            storeConfig.tombstoneGraceMs());
    return new MemcachedServer(
        config, serverConfig.bindAddress(), loops, table, engine.budget(), presence, metrics);
  }

  /**
   * Begins to speak memcached's protocol, if the daemon does not yet: for those who create its
   * table first. After {@link #start}.
   *
   * @return the port
   * @throws SednaException UNAVAILABLE where it cannot be listened on
   */
  public synchronized int serveMemcached(MemcachedConfig config) {
    if (memcachedPort.isEmpty()) {
      MemcachedServer memcached = memcachedMaker.apply(config);
      closing.add("memcached", () -> memcached.stop(0));
      memcachedPort = OptionalInt.of(memcached.start());
    }
    return memcachedPort.getAsInt();
  }

  private SerialScheduler scheduler(String role) {
    return SerialScheduler.onThread("sedna-" + role + "-" + nodeId);
  }

  /**
   * Threads for what fills replicas, here and elsewhere. What is to be done after the end is not.
   */
  private Executor fillers() {
    int count = replicationConfig.transferThreads();
    var number = new AtomicInteger();
    var threads =
        new ThreadPoolExecutor(
            count,
            count,
            FILLER_IDLE_S,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              var thread =
                  new Thread(task, "sedna-fill-" + nodeId + "-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    threads.allowCoreThreadTimeOut(true);
    closing.add("fills", threads::shutdownNow);
    return threads;
  }

  private Engine openEngine() {
    if (storeConfig.engine() == StoreEngine.HEAP) {
      var budget = new MemoryBudget(storeConfig.memoryBytes());
      return new Engine(
          budget,
          (table, partition, memory) ->
              new HeapPartitionStore(
                  wallClock::millis,
                  storeConfig.tombstoneGraceMs(),
                  Integer.numberOfTrailingZeros(clusterConfig.partitions()),
                  budget,
                  memory));
    }
    var memory =
        closing.add(
            "memory",
            new OffHeapMemory(
                    new OffHeapMemory.Options(
                        storeConfig.memoryBytes(),
                        storeConfig.segmentKb() << 10,
                        storeConfig.memoryUtilisation(),
                        Integer.numberOfTrailingZeros(clusterConfig.partitions()),
                        wallClock::millis,
                        storeConfig.tombstoneGraceMs(),
                        OffHeapMemory.Options.routingHash()))
                .start("sedna-cleaner-" + nodeId));
    return new Engine(memory, memory);
  }

  private RpcOptions rpcOptions() {
    return RpcOptions.defaults()
        .withMaxInflight(RPC_MAX_INFLIGHT)
        .withMaxInflightBytes(replicationConfig.maxInflightBytes())
        .withConnectTimeoutMs(RPC_CONNECT_TIMEOUT_MS)
        .withMaxFrameBytes(serverConfig.maxFrameBytes())
        .withConnectionsOfLoops();
  }

  private static Dispatcher dispatcher(
      PublicHandler clients, PeerHandler peers, ForwardTarget forwarded) {
    return Dispatcher.builder()
        .add(new Sedna.AsyncProcessor<Sedna.AsyncIface>(clients), clients)
        .add(new SednaPeer.AsyncProcessor<SednaPeer.AsyncIface>(peers), peers)
        .add(new SednaForward.AsyncProcessor<SednaForward.AsyncIface>(forwarded), forwarded)
        .build();
  }

  private void usurped(SednaException e) {
    LOG.error("another daemon has taken this one's node id: stopping: {}", e.getMessage());
    failed.complete(e);
  }

  /** Completes if the daemon has come to a state in which it must be stopped, with the reason. */
  public CompletableFuture<SednaException> failure() {
    return failed;
  }

  public NodeId nodeId() {
    return nodeId;
  }

  /** As others reach it. */
  public String host() {
    return member.node().host();
  }

  public int thriftPort() {
    return member.node().thriftPort();
  }

  public int httpPort() {
    return member.node().httpPort();
  }

  /** Where memcached's protocol is spoken; empty: it is not. */
  public OptionalInt memcachedPort() {
    return memcachedPort;
  }

  /** The partition map as this daemon knows it. */
  public Optional<PartitionMap> map() {
    return view.map();
  }

  /** Whether the active controller is in this daemon, as far as it knows. */
  public boolean controllerActive() {
    return controller.active();
  }

  public boolean ready() {
    return whyNotReady().isEmpty();
  }

  /** Empty: ready. */
  public Optional<String> whyNotReady() {
    return stopped || member == null ? Optional.of("not running") : readiness.waitsFor();
  }

  /**
   * Waits until the daemon is ready.
   *
   * @throws SednaException TIMEOUT with what it waited for; or what made the daemon fail
   */
  public void awaitReady(long timeoutMs) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    Optional<String> why = whyNotReady();
    while (why.isPresent()) {
      if (failed.isDone()) {
        throw failed.join();
      }
      if (System.nanoTime() - deadlineNs > 0 || Thread.currentThread().isInterrupted()) {
        throw new SednaException(
            ErrorCode.TIMEOUT,
            "daemon " + nodeId + " is not ready after " + timeoutMs + " ms: " + why.get());
      }
      LockSupport.parkNanos(POLL_NS);
      why = whyNotReady();
    }
  }

  /**
   * Stops without anybody noticing more than a retry: leaves the election and ZooKeeper, waits a
   * little until requests are routed elsewhere, finishes what is under way, closes. Does nothing if
   * it was stopped before. Blocks for little more than sedna.server.shutdown.grace.ms.
   */
  public synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    LOG.info("daemon {} stops", nodeId);
    if (member != null) {
      closing.close("election");
      lease.giveUp();
      view.leave();
      awaitDeparture(serverConfig.shutdownGraceMs() / 2);
      server.stop(serverConfig.shutdownGraceMs());
    }
    closing.closeAll();
    LOG.info("daemon {} has stopped", nodeId);
  }

  /** Others hear of the new map at the same time; a daemon that is alone has nobody to wait for. */
  private void awaitDeparture(long timeoutMs) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (System.nanoTime() - deadlineNs < 0
        && view.map().filter(map -> map.nodes().size() > 1 && inMap(map)).isPresent()) {
      LockSupport.parkNanos(POLL_NS);
    }
  }

  private boolean inMap(PartitionMap map) {
    return map.node(nodeId).isPresent();
  }

  /**
   * Ends as a process that dies would: nothing is finished, nobody is told but by the end of the
   * ZooKeeper session, which ends at once. For tests.
   */
  public synchronized void kill() {
    if (stopped) {
      return;
    }
    stopped = true;
    closing.forget("election");
    closing.close("ZooKeeper");
    closing.closeAll();
  }

  @Override
  public void close() {
    stop();
  }
}
