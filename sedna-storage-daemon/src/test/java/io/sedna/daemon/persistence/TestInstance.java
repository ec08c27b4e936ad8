// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.id.InstanceName;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.time.ManualWallClock;
import io.sedna.daemon.cluster.ClusterListener;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.HeapPartitionStore;
import io.sedna.daemon.engine.MemoryBudget;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoreOptions;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.LoadResult;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * Several daemons' stores and snapshot workers in one JVM, with a catalogue and a map that the test
 * sets; what it leaves out is the network, ZooKeeper and the controller.
 */
final class TestInstance implements RestoreTables, RecordSink, SnapshotPeers, AutoCloseable {
  private static final long START_MS = 1_700_000_000_000L;
  static final long PATIENCE_MS = 3_000;

  final ManualWallClock clock = new ManualWallClock(START_MS);
  final Configuration conf = new Configuration();
  final SnapshotManager manager;
  private final List<TestDaemon> daemons = new ArrayList<>();
  private final Set<NodeId> dead = ConcurrentHashMap.newKeySet();
  private volatile PartitionMap map;
  private volatile TableCatalogue catalogue = TableCatalogue.EMPTY;
  volatile BiConsumer<NodeId, Object> beforeOrder = (node, order) -> {};

  final class TestDaemon implements ClusterView {
    final NodeId id;
    final Engine engine =
        new Engine(
            MemoryBudget.unlimited(),
            (table, partition, memory) ->
                new HeapPartitionStore(clock::millis, 1000, MemoryBudget.unlimited(), memory));
    final LocalSnapshotOrders orders;

    TestDaemon(NodeId id) {
      this.id = id;
      this.orders =
          new LocalSnapshotOrders(
              conf,
              new PartitionWriter(conf, this, engine),
              new FileLoader(conf, this, TestInstance.this, clock, PATIENCE_MS));
    }

    @Override
    public NodeId self() {
      return id;
    }

    @Override
    public long incarnation() {
      return 1;
    }

    @Override
    public Optional<PartitionMap> map() {
      return Optional.of(map);
    }

    @Override
    public TableCatalogue catalogue() {
      return catalogue;
    }

    @Override
    public boolean frozen() {
      return false;
    }

    @Override
    public Optional<NodeId> controller() {
      return Optional.of(daemons.get(0).id);
    }

    @Override
    public void addListener(ClusterListener listener) {}
  }

  TestInstance(Path snapshots, int daemonCount, int partitions, int replication) {
    conf.set(SnapshotConfig.DIR, snapshots.toUri().toString());
    conf.setInt(SnapshotConfig.RETAINED, 2);
    for (int i = 0; i < daemonCount; i++) {
      daemons.add(new TestDaemon(new NodeId("daemon-" + i)));
    }
    map = evenMap(1, partitions, replication);
    manager =
        new SnapshotManager(
            conf, new InstanceName("test"), daemons.get(0), this, this, clock, PATIENCE_MS);
    manager.activated();
  }

  private PartitionMap evenMap(long epoch, int partitions, int replication) {
    List<TestDaemon> live = daemons.stream().filter(d -> !dead.contains(d.id)).toList();
    List<MapNode> nodes =
        live.stream().map(d -> new MapNode(d.id, "localhost", 1, 1, "/rack", 1)).toList();
    var builder = PartitionMap.builder(epoch, partitions, replication, nodes);
    for (int p = 0; p < partitions; p++) {
      for (int r = 0; r < Math.min(replication, nodes.size()); r++) {
        builder.add(p, (p + r) % nodes.size(), ReplicaState.SERVING);
      }
    }
    return builder.build();
  }

  TestDaemon daemon(int i) {
    return daemons.get(i);
  }

  PartitionMap map() {
    return map;
  }

  /** The daemon is gone with its records; the others still have all copies that they had. */
  void kill(int i) {
    TestDaemon victim = daemons.get(i);
    dead.add(victim.id);
    PartitionMap before = map;
    List<MapNode> nodes =
        before.nodes().stream().filter(node -> !node.id().equals(victim.id)).toList();
    var builder =
        PartitionMap.builder(before.epoch() + 1, before.partitions(), before.replication(), nodes);
    for (int p = 0; p < before.partitions(); p++) {
      for (var replica : before.replicas(p)) {
        int index = nodes.indexOf(replica.node());
        if (index >= 0) {
          builder.add(p, index, replica.state());
        }
      }
    }
    map = builder.build();
  }

  /** Every copy of the partition is gone; its daemons have it as LOADING. */
  void lose(int partition) {
    PartitionMap before = map;
    var builder =
        PartitionMap.builder(
            before.epoch() + 1, before.partitions(), before.replication(), before.nodes());
    for (int p = 0; p < before.partitions(); p++) {
      for (var replica : before.replicas(p)) {
        builder.add(
            p,
            before.nodes().indexOf(replica.node()),
            p == partition ? ReplicaState.LOADING : replica.state());
      }
    }
    map = builder.build();
    daemons.forEach(daemon -> daemon.engine.dropPartition(partition));
  }

  Table createTable(String name) {
    return createTable(TableSchema.of(TableName.parse(name), map.replication()));
  }

  Table createVolatileTable(String name) {
    TableSchema schema = TableSchema.of(TableName.parse(name), map.replication());
    return createTable(
        new TableSchema(
            schema.name(),
            schema.replicas(),
            schema.readQuorum(),
            schema.writeQuorum(),
            schema.consistency(),
            schema.memory(),
            schema.ttlMs(),
            PersistenceMode.NONE,
            0,
            0));
  }

  synchronized Table createTable(TableSchema schema) {
    var table = new Table(catalogue.nextId(), schema, false, clock.millis());
    var tables = new ArrayList<>(catalogue.all());
    tables.add(table);
    catalogue = new TableCatalogue(catalogue.version() + 1, catalogue.nextId() + 1, tables);
    return table;
  }

  synchronized void dropTable(String name) {
    int id = catalogue.byName(name).orElseThrow().id();
    change(Set.of(id), List.of());
    daemons.forEach(daemon -> daemon.engine.dropTable(id));
  }

  TableCatalogue catalogue() {
    return catalogue;
  }

  private synchronized void change(Set<Integer> gone, List<Table> added) {
    var tables = new ArrayList<>(catalogue.all());
    tables.removeIf(table -> gone.contains(table.id()));
    tables.addAll(added);
    int next =
        Math.max(catalogue.nextId(), tables.stream().mapToInt(Table::id).max().orElse(0) + 1);
    catalogue = new TableCatalogue(catalogue.version() + 1, next, tables);
  }

  void put(Table table, String key, String value) {
    put(table, key, clock.millis() << 16, 0, 0, value);
  }

  void put(Table table, String key, long timestamp, int source, long expiresAtMs, String value) {
    byte[] bytes = bytes(key);
    long hash = KeyHash.ofTable(table.id()).hash(bytes);
    var version = StoredVersion.value(timestamp, source, expiresAtMs, bytes(value));
    for (var replica : map.replicas(map.partitionOf(hash))) {
      store(replica.node().id(), table, hash).writeAll(bytes, hash, version);
    }
  }

  void remove(Table table, String key, long timestamp) {
    byte[] bytes = bytes(key);
    long hash = KeyHash.ofTable(table.id()).hash(bytes);
    for (var replica : map.replicas(map.partitionOf(hash))) {
      store(replica.node().id(), table, hash)
          .remove(bytes, hash, StoredVersion.tombstone(timestamp, 0, 0));
    }
  }

  private PartitionStore store(NodeId node, Table table, long hash) {
    return ofId(node).engine.store(table.id(), map.partitionOf(hash), StoreOptions.STORE);
  }

  /** The newest live values of every replica of every partition, which must all say the same. */
  Map<String, String> contents(String name) {
    Table table = catalogue.byName(name).orElseThrow();
    var contents = new TreeMap<String, String>();
    for (int p = 0; p < map.partitions(); p++) {
      Map<String, String> first = null;
      for (var replica : map.replicas(p)) {
        Map<String, String> held = held(ofId(replica.node().id()), table, p);
        if (first != null && !first.equals(held)) {
          throw new AssertionError("replicas of partition " + p + " differ");
        }
        first = held;
      }
      contents.putAll(first == null ? Map.of() : first);
    }
    return contents;
  }

  private Map<String, String> held(TestDaemon daemon, Table table, int partition) {
    PartitionStore store = daemon.engine.find(table.id(), partition);
    if (store == null) {
      return Map.of();
    }
    var range =
        ScanRange.of(
            map.firstHash(partition),
            map.lastHash(partition),
            Integer.MAX_VALUE,
            ScanRange.View.LIVE);
    return store.scan(range).records().stream()
        .collect(
            Collectors.toMap(
                record -> text(record.key()),
                record ->
                    record.versions().stream()
                        .map(
                            v ->
                                v.timestamp()
                                    + "/"
                                    + v.source()
                                    + "/"
                                    + v.expiresAtMs()
                                    + "="
                                    + text(v.value()))
                        .collect(Collectors.joining(" "))));
  }

  private TestDaemon ofId(NodeId id) {
    return daemons.stream().filter(daemon -> daemon.id.equals(id)).findFirst().orElseThrow();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  // -- What the manager and the workers use.

  @Override
  public CompletableFuture<List<Table>> createRestoring(List<TableSchema> schemas) {
    var made = new ArrayList<Table>();
    synchronized (this) {
      for (TableSchema schema : schemas) {
        made.add(new Table(catalogue.nextId() + made.size(), schema, true, clock.millis()));
      }
      change(Set.of(), made);
    }
    return CompletableFuture.completedFuture(made);
  }

  @Override
  public CompletableFuture<Void> publish(List<Table> restoring, boolean overwrite) {
    var gone = new HashSet<Integer>();
    var online = new ArrayList<Table>();
    for (Table table : restoring) {
      gone.add(table.id());
      catalogue
          .byName(table.name().toString())
          .filter(old -> !old.restoring())
          .ifPresent(old -> gone.add(old.id()));
      online.add(new Table(table.id(), table.schema(), false, table.createdAtMs()));
    }
    change(gone, online);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletableFuture<Void> discard(List<Table> restoring) {
    change(restoring.stream().map(Table::id).collect(Collectors.toSet()), List.of());
    restoring.forEach(table -> daemons.forEach(daemon -> daemon.engine.dropTable(table.id())));
    return CompletableFuture.completedFuture(null);
  }

  /** As replicas do, refuses what an order still under way brings for a table that is gone. */
  @Override
  public synchronized CompletableFuture<Void> merge(Table table, List<StoredRecord> records) {
    if (catalogue.byId(table.id()).isEmpty()) {
      return CompletableFuture.failedFuture(
          new SednaException(ErrorCode.TABLE_NOT_FOUND, "no such table: id=" + table.id()));
    }
    for (StoredRecord record : records) {
      for (var replica : map.replicas(map.partitionOf(record.hash()))) {
        store(replica.node().id(), table, record.hash()).merge(record);
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<List<SnapshotFile>> writeSnapshotFiles(
      MapNode node, SnapshotOrder order) {
    return reach(node, order).thenCompose(daemon -> daemon.orders.writeSnapshotFiles(order));
  }

  @Override
  public CompletableFuture<Void> verifySnapshotFiles(MapNode node, LoadOrder order) {
    return reach(node, order).thenCompose(daemon -> daemon.orders.verifySnapshotFiles(order));
  }

  @Override
  public CompletableFuture<LoadResult> loadSnapshotFiles(MapNode node, LoadOrder order) {
    return reach(node, order).thenCompose(daemon -> daemon.orders.loadSnapshotFiles(order));
  }

  private CompletableFuture<TestDaemon> reach(MapNode node, Object order) {
    try {
      beforeOrder.accept(node.id(), order);
    } catch (SednaException e) {
      return CompletableFuture.failedFuture(e);
    }
    return dead.contains(node.id())
        ? CompletableFuture.failedFuture(
            new SednaException(ErrorCode.UNAVAILABLE, "killed: " + node.id()))
        : CompletableFuture.completedFuture(ofId(node.id()));
  }

  @Override
  public void close() {
    manager.close();
    daemons.forEach(daemon -> daemon.orders.close());
  }
}
