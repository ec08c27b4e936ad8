// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.client.rpc.RpcClient;
import io.sedna.client.rpc.RpcOptions;
import io.sedna.common.conf.EventualConfig;
import io.sedna.common.conf.MemcachedConfig;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.conf.StrongConfig;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.ManualWallClock;
import io.sedna.common.time.SerialScheduler;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.Await;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.OffHeapMemory;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.peer.RpcPeerNetwork;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.FakeClusterView;
import io.sedna.daemon.replication.LocalTables;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.Peers;
import io.sedna.daemon.replication.ReplicaService;
import io.sedna.daemon.replication.strong.StrongTables;
import io.sedna.daemon.server.RequestChecks;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** A memcached server over one daemon's memory, with connections in the test's own thread. */
final class TestCache implements AutoCloseable {
  static final String TABLE = "default.memcached";
  static final int PARTITIONS = 8;
  private static final long GRACE_MS = 60_000;
  private static final long MEMORY_BYTES = 64 << 20;

  /** Shared, because tests make very many of these; its threads end with the process. */
  private static final EventLoopGroup LOOPS = NettyTransport.newGroup(1, "test");

  private static final SerialScheduler TIMERS = SerialScheduler.onThread("test-timers");
  private static final RpcClient RPC = new RpcClient(RpcOptions.defaults(), LOOPS);

  /** Where the daemon has to go for items. */
  enum Way {
    /** To its own memory, by the short way. */
    SHORT,
    /** To the primary, which it is itself. */
    PRIMARY,
    /** To the primary of a strong table, which it is itself. */
    STRONG
  }

  final ManualWallClock wall = new ManualWallClock(1_700_000_000_000L);

  /** Of the metrics alone. */
  final AtomicLong nanos = new AtomicLong();

  final DaemonMetrics metrics = new DaemonMetrics(nanos::get);
  final FakeClusterView view = new FakeClusterView(new NodeId("node-0"), 1);
  final MemcachedServer server;

  /** Whether the daemon has been there all the time. */
  volatile boolean present = true;

  private final OffHeapMemory memory;
  private final Way way;

  TestCache() {
    this(new MemcachedConfig(0, TABLE, 100, 0, 1 << 20));
  }

  TestCache(MemcachedConfig config) {
    this(config, null, LOOPS, Way.SHORT);
  }

  TestCache(MemcachedConfig config, EventLoopGroup loops) {
    this(config, null, loops, Way.SHORT);
  }

  /**
   * @param clock null: the manual one
   */
  TestCache(MemcachedConfig config, WallClock clock, Way way) {
    this(config, clock, LOOPS, way);
  }

  private TestCache(MemcachedConfig config, WallClock clock, EventLoopGroup loops, Way way) {
    this.way = way;
    WallClock time = clock == null ? wall : clock;
    var hybrid = new HybridClock(time, GRACE_MS);
    memory =
        new OffHeapMemory(
                new OffHeapMemory.Options(
                    MEMORY_BYTES,
                    1 << 20,
                    0.9,
                    Integer.numberOfTrailingZeros(PARTITIONS),
                    time::millis,
                    GRACE_MS,
                    OffHeapMemory.Options.routingHash()))
            .start("test-cleaner");
    var engine = new Engine(memory, memory);
    var maps = new MapTracker(view, LOOPS, TIMERS);
    var replica = new ReplicaService(view, maps, engine, hybrid);
    var network = new RpcPeerNetwork(RPC);
    var replication = new ReplicationConfig(1000, 16 << 20, 4096, 4);
    var coordinator =
        new Coordinator(
            view,
            maps,
            replica,
            new Peers(network),
            replication,
            EventualConfig.from(new Configuration(false)),
            hybrid,
            TIMERS,
            metrics);
    var strong =
        new StrongTables(
            view,
            maps,
            engine,
            hybrid,
            () -> true,
            network,
            coordinator,
            TIMERS,
            replication,
            new StrongConfig(0, 300, 60_000, 1000, 0));
    strong.start();
    var nowhere = new FakeClusterView(new NodeId("node-0"), 1);
    var table =
        new CacheTable(
            TABLE,
            way == Way.SHORT
                ? new LocalTables(view, maps, engine)
                : new LocalTables(nowhere, new MapTracker(nowhere, LOOPS, TIMERS), engine),
            coordinator,
            strong.calls(),
            new RequestChecks(view, maps::epoch),
            hybrid,
            GRACE_MS);
    server = new MemcachedServer(config, "127.0.0.1", loops, table, memory, () -> present, metrics);
    var nodes = List.of(new MapNode(view.self(), "127.0.0.1", 1, 0, MapNode.DEFAULT_RACK, 1));
    var map = PartitionMap.builder(1, PARTITIONS, 3, nodes);
    for (int p = 0; p < PARTITIONS; p++) {
      map.add(p, 0, ReplicaState.SERVING);
    }
    view.setMap(map.build());
    createTable();
    if (way == Way.STRONG) {
      Await.until(
          "the partitions are taken over",
          () ->
              strong.calls().read(table.readable(), keys()).join().stream()
                  .allMatch(reply -> reply.error() == null));
    }
  }

  /** Keys of all partitions, very likely. */
  private static List<byte[]> keys() {
    return IntStream.range(0, 16 * PARTITIONS)
        .mapToObj(i -> Integer.toString(i).getBytes(StandardCharsets.US_ASCII))
        .toList();
  }

  void createTable() {
    var schema =
        new TableSchema(
            TableName.parse(TABLE),
            1,
            1,
            1,
            way == Way.STRONG ? ConsistencyMode.STRONG : ConsistencyMode.EVENTUAL,
            way == Way.STRONG ? MemoryMode.STORE : MemoryMode.CACHE,
            0,
            PersistenceMode.NONE,
            0,
            0);
    view.setCatalogue(new TableCatalogue(1, List.of(new Table(1, schema, false, 1))));
  }

  EmbeddedChannel connect() {
    return new EmbeddedChannel(new Connection(server, metrics));
  }

  /** What a connection answers; the bytes come in one piece. */
  static String ask(EmbeddedChannel channel, String request) {
    return ask(channel, request.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String ask(EmbeddedChannel channel, byte[] request) {
    send(channel, request, 0, request.length);
    return answers(channel);
  }

  static void send(EmbeddedChannel channel, byte[] request, int from, int to) {
    if (channel.isOpen()) {
      ByteBuf piece = channel.alloc().ioBuffer(to - from);
      piece.writeBytes(request, from, to - from);
      channel.writeInbound(piece);
    }
  }

  static String answers(EmbeddedChannel channel) {
    var bytes = new ByteArrayOutputStream();
    channel.runPendingTasks();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      byte[] read = new byte[part.readableBytes()];
      part.readBytes(read);
      bytes.writeBytes(read);
      part.release();
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    server.stop(0);
    memory.close();
  }
}
