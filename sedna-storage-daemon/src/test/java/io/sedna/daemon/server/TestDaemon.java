// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.channel.EventLoopGroup;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.client.rpc.RpcClient;
import io.sedna.client.rpc.RpcOptions;
import io.sedna.common.conf.EventualConfig;
import io.sedna.common.conf.RepairConfig;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.StoreEngine;
import io.sedna.common.conf.StrongConfig;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.ManualWallClock;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.HeapPartitionStore;
import io.sedna.daemon.engine.MemoryBudget;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.peer.RpcPeerNetwork;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.FakeClusterView;
import io.sedna.daemon.replication.Housekeeping;
import io.sedna.daemon.replication.LocalTables;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.Peers;
import io.sedna.daemon.replication.Repair;
import io.sedna.daemon.replication.ReplicaService;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.daemon.replication.Transfer;
import io.sedna.daemon.replication.strong.StrongTables;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.peer.SednaPeer;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/** The data path of a daemon on a loopback port, with a view that the test sets. */
final class TestDaemon implements AutoCloseable {
  static final int MAX_FRAME_BYTES = 1 << 20;
  static final int MAX_SKEW_MS = 60_000;
  static final long TIMEOUT_MS = 1500;
  static final long GRACE_MS = 60_000;
  private static final int PARTITION_BITS = Integer.numberOfTrailingZeros(TestCluster.PARTITIONS);

  /** {@code -Dsedna.test.transport=nio} runs the tests on another than the fastest. */
  private static final String TRANSPORT_KEY = "sedna.test.transport";

  final NodeId id;
  final FakeClusterView view;
  final Engine engine;
  final DaemonMetrics metrics = new DaemonMetrics();
  final MapTracker maps;
  final Transfer transfer;
  final Housekeeping housekeeping;
  final Repair repair;

  /** Partitions that were reported to this daemon as filled. */
  final List<Integer> ready = new CopyOnWriteArrayList<>();

  /** Whether the daemon may answer as primary of strong tables. */
  volatile boolean leaseHeld = true;

  /** Whether the daemon has been there all the time. */
  volatile boolean present = true;

  final StrongTables strong;

  private final long incarnation;

  final EventLoopGroup loops;

  private final SerialScheduler timers = SerialScheduler.onThread("test-timers");
  private final RpcClient rpc;
  private final ThriftServer server;
  private final int port;

  TestDaemon(String name, long incarnation, ManualWallClock wall, ServerLimits limits) {
    this.id = new NodeId(name);
    this.incarnation = incarnation;
    this.loops = NettyTransport.choose(TRANSPORT_KEY, limits.transport()).group(2, "test");
    this.view = new FakeClusterView(id, incarnation);
    var clock = new HybridClock(wall, MAX_SKEW_MS);
    var budget = new MemoryBudget(limits.memoryBytes());
    this.engine =
        new Engine(
            budget,
            (table, partition, memory) ->
                new HeapPartitionStore(wall::millis, GRACE_MS, PARTITION_BITS, budget, memory));
    TableSettings.follow(view, engine);
    this.maps = new MapTracker(view, loops, timers);
    this.rpc = new RpcClient(RpcOptions.defaults().withRequestTimeoutMs((int) TIMEOUT_MS), loops);
    var network = new RpcPeerNetwork(rpc);
    var peers = new Peers(network);
    var config = new ReplicationConfig(TIMEOUT_MS, 1 << 20, 4096, 4);
    var replica = new ReplicaService(view, maps, engine, clock);
    this.repair =
        new Repair(
            view,
            maps,
            engine,
            clock,
            replica,
            network,
            new RepairConfig(0, 0),
            config,
            MAX_SKEW_MS,
            GRACE_MS,
            metrics,
            SerialScheduler.onThread("test-repair"));
    var coordinator =
        new Coordinator(
            view, maps, replica, peers, config, limits.eventual(), clock, timers, metrics);
    this.strong =
        new StrongTables(
            view,
            maps,
            engine,
            clock,
            () -> leaseHeld,
            network,
            coordinator,
            timers,
            config,
            new StrongConfig(0, 300, 60_000, 1000, 0));
    strong.start();
    var data =
        new DataService(
            new RequestChecks(view, maps::epoch),
            coordinator,
            strong.calls(),
            clock,
            metrics,
            60_000,
            MAX_FRAME_BYTES);
    this.transfer =
        new Transfer(
            view,
            maps,
            engine,
            peers,
            repair.marks(),
            config,
            clock,
            metrics,
            strong,
            SerialScheduler.onThread("test-transfer"),
            Runnable::run);
    this.housekeeping =
        new Housekeeping(
            view,
            maps,
            engine,
            repair.marks(),
            new StoreConfig(60_000, 1000, StoreEngine.HEAP, 0, 0.5, 1024, 0.9),
            wall::millis,
            SerialScheduler.onThread("test-housekeeping"));
    var publicHandler = new PublicHandler(data, noAdmin(AdminService.class));
    var peerHandler = new PeerHandler(replica, strong, peerAdmin(), repair);
    this.server =
        new ThriftServer(
            new ServerOptions(
                "127.0.0.1",
                0,
                MAX_FRAME_BYTES,
                limits.connections(),
                64,
                4L * MAX_FRAME_BYTES,
                limits.unsentBytes(),
                limits.networkBytes(),
                limits.slowMs()),
            loops,
            Dispatcher.builder()
                .add(new Sedna.AsyncProcessor<>(publicHandler), publicHandler)
                .add(new SednaPeer.AsyncProcessor<>(peerHandler), peerHandler)
                .build(),
            new HotPath(limits.hot() ? new LocalTables(view, maps, engine) : none(), clock, data),
            () -> present,
            metrics);
    this.port = server.start();
  }

  /** Short ways to tables where there are none: the view has no map. */
  private LocalTables none() {
    var nothing = new FakeClusterView(id, incarnation);
    return new LocalTables(nothing, new MapTracker(nothing, loops, timers), engine);
  }

  record ServerLimits(
      int connections,
      long memoryBytes,
      int unsentBytes,
      long networkBytes,
      long slowMs,
      boolean hot,
      String transport,
      EventualConfig eventual) {
    static final ServerLimits NONE = new ServerLimits(1000, Long.MAX_VALUE);

    ServerLimits(int connections, long memoryBytes) {
      this(connections, memoryBytes, 1 << 20, 64 << 20, 60_000, true);
    }

    ServerLimits(
        int connections,
        long memoryBytes,
        int unsentBytes,
        long networkBytes,
        long slowMs,
        boolean hot) {
      this(
          connections,
          memoryBytes,
          unsentBytes,
          networkBytes,
          slowMs,
          hot,
          System.getProperty(TRANSPORT_KEY, "auto"),
          EventualConfig.from(new Configuration(false)));
    }

    ServerLimits over(String otherTransport) {
      return new ServerLimits(
          connections,
          memoryBytes,
          unsentBytes,
          networkBytes,
          slowMs,
          hot,
          otherTransport,
          eventual);
    }

    /** Every call goes through the generated code. */
    static ServerLimits generatedOnly() {
      return new ServerLimits(1000, Long.MAX_VALUE, 1 << 20, 64 << 20, 60_000, false);
    }

    static ServerLimits unsent(int unsentBytes, long networkBytes, long slowMs) {
      return new ServerLimits(20_000, Long.MAX_VALUE, unsentBytes, networkBytes, slowMs, true);
    }

    static ServerLimits of(EventualConfig eventual) {
      return new ServerLimits(
          NONE.connections,
          NONE.memoryBytes,
          NONE.unsentBytes,
          NONE.networkBytes,
          NONE.slowMs,
          NONE.hot,
          NONE.transport,
          eventual);
    }
  }

  int port() {
    return port;
  }

  MapNode node() {
    return new MapNode(id, "127.0.0.1", port, 0, MapNode.DEFAULT_RACK, incarnation);
  }

  boolean stopServer(long graceMs) {
    return server.stop(graceMs);
  }

  @Override
  public void close() {
    transfer.close();
    housekeeping.close();
    repair.close();
    server.stop(0);
    rpc.close();
    timers.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
  }

  private PeerAdminService peerAdmin() {
    PeerAdminService none = noAdmin(PeerAdminService.class);
    return (PeerAdminService)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {PeerAdminService.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("partitionsReady")) {
                for (Object partition : (List<?>) arguments[3]) {
                  ready.add((Integer) partition);
                }
                return CompletableFuture.completedFuture(List.of());
              }
              return method.invoke(none, arguments);
            });
  }

  /** Fails every call, or (dropTable) never answers it. */
  private static <T> T noAdmin(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("dropTable")) {
                return new CompletableFuture<Void>();
              }
              throw new IllegalStateException("nobody administers a test daemon");
            }));
  }
}
