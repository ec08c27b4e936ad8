// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.repair;

import io.sedna.common.conf.RepairConfig;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.hash.KeyHash;
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
import io.sedna.common.time.SerialScheduler;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.cluster.ClusterListener;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.OffHeapMemory;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoreOptions;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.PeerNetwork;
import io.sedna.daemon.replication.Repair;
import io.sedna.daemon.replication.ReplicaService;
import io.sedna.daemon.server.PeerHandler;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import io.sedna.thrift.peer.SednaPeer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.thrift.AsyncProcessFunction;
import org.apache.thrift.TBase;
import org.apache.thrift.TDeserializer;
import org.apache.thrift.TException;
import org.apache.thrift.TFieldIdEnum;
import org.apache.thrift.TSerializer;
import org.apache.thrift.async.AsyncMethodCallback;

/** Two daemons' replicas of one table, without sockets: calls go through Thrift's bytes. */
final class ReplicaPair implements AutoCloseable {
  static final int TABLE_ID = 1;
  private static final long GRACE_MS = TimeUnit.DAYS.toMillis(1);
  private static final long SKEW_MS = 60_000;
  private static final int BATCH_BYTES = 1 << 20;
  private static final int TIMEOUT_MS = 10_000;

  /** Room for what records take beside key and value, and for the cleaner. */
  private static final int ROOM = 3;

  private final KeyHash hash = KeyHash.ofTable(TABLE_ID);
  private final PartitionMap map;
  private final TableCatalogue catalogue;
  private final List<Member> members;
  private final Map<String, Long> bytes = new ConcurrentSkipListMap<>();

  ReplicaPair(int partitions, long dataBytes) {
    List<MapNode> nodes = List.of(node(0), node(1));
    var builder = PartitionMap.builder(1, partitions, 2, nodes);
    for (int p = 0; p < partitions; p++) {
      builder.add(p, 0, ReplicaState.SERVING).add(p, 1, ReplicaState.SERVING);
    }
    map = builder.build();
    var schema =
        new TableSchema(
            TableName.parse("bench.repair"),
            2,
            1,
            1,
            ConsistencyMode.EVENTUAL,
            MemoryMode.STORE,
            0,
            PersistenceMode.NONE,
            0,
            0);
    catalogue = new TableCatalogue(1, List.of(new Table(TABLE_ID, schema, false, 0)));
    members = List.of(new Member(nodes.get(0), dataBytes), new Member(nodes.get(1), dataBytes));
  }

  private static MapNode node(int number) {
    return new MapNode(
        new NodeId("node-" + number), "node-" + number, 1, 1, MapNode.DEFAULT_RACK, 1);
  }

  /** Writes to the primary (0) or the other replica (1). */
  void put(int member, byte[] key, StoredVersion version) {
    long at = hash.hash(key);
    PartitionStore store =
        members.get(member).engine.store(TABLE_ID, map.partitionOf(at), StoreOptions.STORE);
    if (store.merge(StoredRecord.of(key, at, List.of(version))) != WriteOutcome.OK) {
      throw new IllegalStateException("the memory is too small");
    }
  }

  /** Gives the primary an order, or asks for its progress. */
  RepairProgress order(RepairOrder order) {
    return members.get(0).repair.repairPartitions(order).toCompletableFuture().join();
  }

  /** Whether both hold the same, by their digests. */
  boolean alike() {
    for (int p = 0; p < map.partitions(); p++) {
      if (root(0, p) != root(1, p)) {
        return false;
      }
    }
    return true;
  }

  private long root(int member, int partition) {
    PartitionStore store = members.get(member).engine.find(TABLE_ID, partition);
    if (store == null) {
      return 0;
    }
    boolean made = false;
    while (!made) {
      made = store.prepareDigests();
    }
    return store.digests(0)[0];
  }

  /** Bytes of requests and answers, by method. */
  Map<String, Long> bytes() {
    return bytes;
  }

  long allBytes() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    members.forEach(Member::close);
  }

  /** One daemon's part. */
  private final class Member implements PeerNetwork {
    private final SerialScheduler served;
    private final OffHeapMemory memory;
    private final Engine engine;
    private final Repair repair;
    private final PeerHandler handler;

    Member(MapNode node, long dataBytes) {
      served = SerialScheduler.onThread("serving-" + node.id());
      memory =
          new OffHeapMemory(
              new OffHeapMemory.Options(
                  (64L << 20) + ROOM * dataBytes,
                  1 << 20,
                  0.9,
                  map.log2Partitions(),
                  System::currentTimeMillis,
                  GRACE_MS,
                  OffHeapMemory.Options.routingHash()));
      engine = new Engine(memory, memory);
      var view = new FixedView(node.id());
      var clock = new HybridClock(WallClock.system(), SKEW_MS);
      var maps = new MapTracker(view, served, served);
      var replica = new ReplicaService(view, maps, engine, clock);
      repair =
          new Repair(
              view,
              maps,
              engine,
              clock,
              replica,
              this,
              new RepairConfig(0, 0),
              new ReplicationConfig(TIMEOUT_MS, 64 << 20, BATCH_BYTES, 4),
              SKEW_MS,
              GRACE_MS,
              new DaemonMetrics(),
              SerialScheduler.onThread("repair-" + node.id()));
      handler = new PeerHandler(replica, null, null, repair);
    }

    void close() {
      repair.close();
      served.close();
      memory.close();
    }

    @Override
    public <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>>
        CompletableFuture<R> call(
            MapNode node, String method, A arguments, Supplier<R> emptyResult, long timeoutMs) {
      var future = new CompletableFuture<R>();
      Member callee = members.get(map.nodeIndex(node.id()));
      byte[] request = bytesOf(method, arguments);
      callee.served.execute(() -> callee.serve(method, request, emptyResult, future));
      return future;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private <F extends TFieldIdEnum, R extends TBase<R, F>> void serve(
        String method, byte[] request, Supplier<R> emptyResult, CompletableFuture<R> future) {
      AsyncProcessFunction function =
          new SednaPeer.AsyncProcessor<>(handler).getProcessMapView().get(method);
      try {
        TBase arguments = function.getEmptyArgsInstance();
        new TDeserializer().deserialize(arguments, request);
        function.start(
            handler,
            arguments,
            new AsyncMethodCallback<Object>() {
              @Override
              public void onComplete(Object success) {
                R result = emptyResult.get();
                result.setFieldValue(result.fieldForId(0), success);
                answer(method, result, emptyResult, future);
              }

              @Override
              public void onError(Exception e) {
                future.completeExceptionally(e);
              }
            });
      } catch (TException e) {
        future.completeExceptionally(e);
      }
    }

    private <R extends TBase<R, ?>> void answer(
        String method, R result, Supplier<R> emptyResult, CompletableFuture<R> future) {
      try {
        R copy = emptyResult.get();
        new TDeserializer().deserialize(copy, bytesOf(method, result));
        future.complete(copy);
      } catch (TException e) {
        future.completeExceptionally(e);
      }
    }

    private byte[] bytesOf(String method, TBase<?, ?> struct) {
      try {
        byte[] encoded = new TSerializer().serialize(struct);
        bytes.merge(method, (long) encoded.length, Long::sum);
        return encoded;
      } catch (TException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A cluster in which nothing happens. */
  private final class FixedView implements ClusterView {
    private final NodeId self;

    FixedView(NodeId self) {
      this.self = self;
    }

    @Override
    public NodeId self() {
      return self;
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
      return Optional.empty();
    }

    @Override
    public void addListener(ClusterListener listener) {
      // There is nothing to hear.
    }
  }
}
