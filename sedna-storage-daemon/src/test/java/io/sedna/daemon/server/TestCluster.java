// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.client.rpc.RpcClient;
import io.sedna.client.rpc.RpcOptions;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.time.ManualWallClock;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.convert.Schemas;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.ScanResult;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.TableAlteration;
import io.sedna.thrift.generated.VersionedValue;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Daemons over loopback sockets, a map and tables that the test makes, and a plain client. */
final class TestCluster implements AutoCloseable {
  static final int PARTITIONS = 8;

  final ManualWallClock wall = new ManualWallClock(1_700_000_000_000L);
  final List<TestDaemon> daemons = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();
  private final RpcClient client = new RpcClient(RpcOptions.defaults(), null);
  private long catalogueVersion;
  private long epoch;

  TestCluster(int size) {
    this(size, TestDaemon.ServerLimits.NONE);
  }

  TestCluster(int size, TestDaemon.ServerLimits limits) {
    for (int i = 0; i < size; i++) {
      add(limits);
    }
  }

  TestDaemon add(TestDaemon.ServerLimits limits) {
    var daemon = new TestDaemon("node-" + daemons.size(), 1, wall, limits);
    daemons.add(daemon);
    return daemon;
  }

  TestDaemon daemon(int i) {
    return daemons.get(i);
  }

  /** Which state a daemon's replica has; null: it holds none. */
  interface Assignment {
    ReplicaState state(int partition, int daemon);
  }

  PartitionMap map(Assignment assignment) {
    List<MapNode> nodes = daemons.stream().map(TestDaemon::node).toList();
    var builder = PartitionMap.builder(++epoch, PARTITIONS, 3, nodes);
    for (int p = 0; p < PARTITIONS; p++) {
      for (int i = 0; i < nodes.size(); i++) {
        int daemon = (p + i) % nodes.size();
        ReplicaState state = assignment.state(p, daemon);
        if (state != null) {
          builder.add(p, daemon, state);
        }
      }
    }
    return builder.build();
  }

  /** Every daemon serves everything. */
  PartitionMap allServe() {
    return map((p, daemon) -> ReplicaState.SERVING);
  }

  void publish(PartitionMap map) {
    daemons.forEach(d -> d.view.setMap(map));
  }

  Table table(String name, int n, int r, int w) {
    return table(name, n, r, w, MemoryMode.STORE, false);
  }

  Table table(String name, int n, int r, int w, MemoryMode memory, boolean restoring) {
    return table(name, n, r, w, memory, restoring, 0);
  }

  Table table(String name, int n, int r, int w, MemoryMode memory, boolean restoring, long ttlMs) {
    var schema =
        new TableSchema(
            TableName.parse(name),
            n,
            r,
            w,
            ConsistencyMode.EVENTUAL,
            memory,
            ttlMs,
            PersistenceMode.NONE,
            0,
            0);
    var table = new Table(tables.size() + 1, schema, restoring, wall.millis());
    tables.add(table);
    shareCatalogue();
    return table;
  }

  /**
   * A table that does so with the values of several sources.
   *
   * @param mergeClass may be null
   */
  Table table(String name, int n, int r, int w, ConflictPolicy policy, String mergeClass) {
    var schema =
        new TableSchema(
            TableName.parse(name),
            n,
            r,
            w,
            ConsistencyMode.EVENTUAL,
            MemoryMode.STORE,
            0,
            PersistenceMode.NONE,
            0,
            0,
            policy,
            Optional.ofNullable(mergeClass),
            1);
    var table = new Table(tables.size() + 1, schema, false, wall.millis());
    tables.add(table);
    shareCatalogue();
    return table;
  }

  /** A strong table with three copies. */
  Table strong(String name, int minInSync) {
    var schema =
        new TableSchema(
            TableName.parse(name),
            3,
            2,
            2,
            ConsistencyMode.STRONG,
            MemoryMode.STORE,
            0,
            PersistenceMode.NONE,
            0,
            0,
            ConflictPolicy.ALL,
            Optional.empty(),
            minInSync);
    var table = new Table(tables.size() + 1, schema, false, wall.millis());
    tables.add(table);
    shareCatalogue();
    return table;
  }

  /** Whether the first daemon serves a key by its newest map. */
  boolean serves(Table table, String key) {
    long hash = KeyHash.ofTable(table.id()).hash(key.getBytes(UTF_8));
    MapTracker.Seen seen = daemon(0).maps.seen();
    return seen.own()[seen.map().partitionOf(hash)] == ReplicaState.SERVING;
  }

  void drop(Table table) {
    tables.remove(table);
    shareCatalogue();
  }

  void alter(Table table, TableAlteration alteration) {
    Table altered =
        new Table(
            table.id(),
            Schemas.altered(table.schema(), alteration),
            table.restoring(),
            table.createdAtMs());
    tables.replaceAll(held -> held.id() == table.id() ? altered : held);
    shareCatalogue();
  }

  void shareCatalogue() {
    var catalogue = new TableCatalogue(++catalogueVersion, tables);
    daemons.forEach(d -> d.view.setCatalogue(catalogue));
  }

  // -- A client of one daemon, without a map unless told.

  static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  WriteResult put(int daemon, String table, String key, String value) {
    return put(daemon, 0, table, buffer(key), buffer(value), new WriteOptions());
  }

  WriteResult put(
      int daemon,
      long epoch,
      String table,
      ByteBuffer key,
      ByteBuffer value,
      WriteOptions options) {
    return await(
        call(
                daemon,
                "writeLatest",
                new Sedna.writeLatest_args(epoch, table, key, value, options),
                Sedna.writeLatest_result::new)
            .thenApply(Sedna.writeLatest_result::getSuccess));
  }

  WriteResult putAll(int daemon, String table, String key, String value, WriteOptions options) {
    return await(
        call(
                daemon,
                "writeAll",
                new Sedna.writeAll_args(0, table, buffer(key), buffer(value), options),
                Sedna.writeAll_result::new)
            .thenApply(Sedna.writeAll_result::getSuccess));
  }

  /** The newest value, or null. */
  String get(int daemon, String table, String key) {
    ReadResult result =
        await(
            call(
                    daemon,
                    "readLatest",
                    new Sedna.readLatest_args(0, table, buffer(key)),
                    Sedna.readLatest_result::new)
                .thenApply(Sedna.readLatest_result::getSuccess));
    return text(result);
  }

  static String text(ReadResult result) {
    return result.isSetValue() ? new String(result.getValue().getValue(), UTF_8) : null;
  }

  List<String> getAll(int daemon, String table, String key) {
    List<VersionedValue> values =
        await(
            call(
                    daemon,
                    "readAll",
                    new Sedna.readAll_args(0, table, buffer(key)),
                    Sedna.readAll_result::new)
                .thenApply(Sedna.readAll_result::getSuccess));
    return values.stream().map(v -> new String(v.getValue(), UTF_8)).toList();
  }

  WriteResult delete(int daemon, String table, String key) {
    return await(
        call(
                daemon,
                "remove",
                new Sedna.remove_args(0, table, buffer(key), new WriteOptions()),
                Sedna.remove_result::new)
            .thenApply(Sedna.remove_result::getSuccess));
  }

  WriteResult touch(int daemon, String table, String key, long ttlMs) {
    return await(
        call(
                daemon,
                "touch",
                new Sedna.touch_args(0, table, buffer(key), ttlMs),
                Sedna.touch_result::new)
            .thenApply(Sedna.touch_result::getSuccess));
  }

  List<WriteResult> multiPut(int daemon, String table, List<PutEntry> entries) {
    return await(
        call(
                daemon,
                "multiPut",
                new Sedna.multiPut_args(0, table, entries, new WriteOptions()),
                Sedna.multiPut_result::new)
            .thenApply(Sedna.multiPut_result::getSuccess));
  }

  List<ReadResult> multiGet(int daemon, String table, List<ByteBuffer> keys) {
    return await(
        call(
                daemon,
                "multiGet",
                new Sedna.multiGet_args(0, table, keys),
                Sedna.multiGet_result::new)
            .thenApply(Sedna.multiGet_result::getSuccess));
  }

  ScanResult scan(int daemon, String table, ScanRequest request) {
    return await(
        call(daemon, "scan", new Sedna.scan_args(0, table, request), Sedna.scan_result::new)
            .thenApply(Sedna.scan_result::getSuccess));
  }

  <
          A extends org.apache.thrift.TBase<A, ?>,
          F extends org.apache.thrift.TFieldIdEnum,
          R extends org.apache.thrift.TBase<R, F>>
      CompletableFuture<R> call(
          int daemon, String method, A args, java.util.function.Supplier<R> result) {
    return client.call("127.0.0.1", daemons.get(daemon).port(), method, args, result, 20_000);
  }

  /** Waits for the answer and throws the error in it. */
  static void outcome(CompletableFuture<?> future) {
    await(future.thenApply(any -> true));
  }

  /** The value, or the SednaException that the daemon answered. */
  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw Errors.of(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  @Override
  public void close() {
    client.close();
    daemons.forEach(TestDaemon::close);
  }
}
