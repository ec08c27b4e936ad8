// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.common.conf.RepairConfig;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.StoreEngine;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
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
import io.sedna.common.time.ManualWallClock;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.OffHeapMemory;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoreOptions;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.server.PeerAdminService;
import io.sedna.daemon.server.PeerHandler;
import io.sedna.thrift.peer.SednaPeer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.thrift.AsyncProcessFunction;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TFieldIdEnum;
import org.apache.thrift.TSerializer;
import org.apache.thrift.async.AsyncMethodCallback;

/**
 * The replicas of some daemons in one thread: stores, maps that the test makes, filling, sweeping
 * and repair, over a network that counts what goes over it.
 */
final class RepairCluster {
  /** No primary serves strong tables here; they are filled as if one did. */
  private static final FillCompletion NOTHING_MORE =
      new FillCompletion() {
        @Override
        public CompletableFuture<Void> begin(MapNode primary, long epoch, int partition) {
          return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> complete(MapNode primary, long epoch, int partition) {
          return CompletableFuture.completedFuture(null);
        }

        @Override
        public void forgotten(int partition) {
          // Nothing was remembered.
        }
      };

  static final long GRACE_MS = 600_000;
  static final long TIMEOUT_MS = 1000;
  static final long SKEW_MS = 2000;
  static final long INTERVAL_MS = 10_000;

  final VirtualTime time = new VirtualTime(new ManualWallClock(1_700_000_000_000L));
  final int partitions;
  final List<Daemon> daemons = new ArrayList<>();

  /** Those that neither reach others nor are reached. */
  final Set<NodeId> unreachable = new HashSet<>();

  /** Bytes on the wire, and calls, by method. */
  final Map<String, Long> bytes = new TreeMap<>();

  final Map<String, Integer> calls = new TreeMap<>();

  /** Bytes of the largest message. */
  int largest;

  /** What was filled by an earlier map than this is to be filled anew. */
  long outdatedBefore;

  private final List<Table> tables = new ArrayList<>();
  private final int batchBytes;
  private final long bandwidthBytes;
  private long epoch;

  RepairCluster(int size, int partitions, int batchBytes, long bandwidthBytes) {
    this.partitions = partitions;
    this.batchBytes = batchBytes;
    this.bandwidthBytes = bandwidthBytes;
    for (int i = 0; i < size; i++) {
      daemons.add(new Daemon(i));
    }
  }

  RepairCluster(int size, int partitions) {
    this(size, partitions, 4096, 0);
  }

  /** One daemon. */
  final class Daemon {
    final NodeId id;
    final MapNode node;
    final FakeClusterView view;
    final Engine engine;
    final HybridClock clock = new HybridClock(time.wall, SKEW_MS);
    final DaemonMetrics metrics = new DaemonMetrics();
    final MapTracker maps;
    final Repair repair;
    final Transfer transfer;
    final Housekeeping housekeeping;
    final Set<Integer> ready = new HashSet<>();
    private final SednaPeer.AsyncIface handler;

    Daemon(int number) {
      id = new NodeId("node-" + number);
      node = new MapNode(id, id.value(), 1, 1, MapNode.DEFAULT_RACK, 1);
      view = new FakeClusterView(id, 1);
      var memory =
          new OffHeapMemory(
              new OffHeapMemory.Options(
                  256 << 20,
                  1 << 20,
                  0.9,
                  Integer.numberOfTrailingZeros(partitions),
                  time.wall::millis,
                  GRACE_MS,
                  OffHeapMemory.Options.routingHash()));
      engine = new Engine(memory, memory);
      maps = new MapTracker(view, Runnable::run, time.scheduler());
      var replica = new ReplicaService(view, maps, engine, clock);
      var config = new ReplicationConfig(TIMEOUT_MS, 1 << 20, batchBytes, 4);
      repair =
          new Repair(
              view,
              maps,
              engine,
              clock,
              replica,
              new Wire(id),
              new RepairConfig(INTERVAL_MS, bandwidthBytes),
              config,
              SKEW_MS,
              GRACE_MS,
              metrics,
              time.scheduler());
      transfer =
          new Transfer(
              view,
              maps,
              engine,
              new Peers(new Wire(id)),
              repair.marks(),
              config,
              clock,
              metrics,
              NOTHING_MORE,
              time.scheduler(),
              Runnable::run);
      housekeeping =
          new Housekeeping(
              view,
              maps,
              engine,
              repair.marks(),
              new StoreConfig(GRACE_MS, 1000, StoreEngine.OFFHEAP, 0, 0.5, 1024, 0.9),
              time.wall::millis,
              time.scheduler());
      handler = new PeerHandler(replica, null, admin(), repair);
      view.setController(new NodeId("node-0"));
    }

    private PeerAdminService admin() {
      return (PeerAdminService)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {PeerAdminService.class},
              (proxy, method, arguments) -> {
                List<?> reported = (List<?>) arguments[3];
                if ((Long) arguments[2] < outdatedBefore) {
                  return CompletableFuture.completedFuture(reported);
                }
                reported.forEach(partition -> ready.add((Integer) partition));
                return CompletableFuture.completedFuture(List.of());
              });
    }

    void start() {
      transfer.start();
      housekeeping.start();
      repair.start();
    }

    PartitionStore store(Table table, String key) {
      return engine.store(table.id(), maps.seen().map().partitionOf(hash(table, key)), STORE);
    }

    void put(Table table, String key, StoredVersion version) {
      store(table, key).merge(StoredRecord.of(bytes(key), hash(table, key), List.of(version)));
    }

    StoredRecord get(Table table, String key) {
      return store(table, key).read(bytes(key), hash(table, key));
    }

    /** Everything that it holds of a table. */
    List<StoredRecord> all(Table table) {
      var all = new ArrayList<StoredRecord>();
      for (int p = 0; p < partitions; p++) {
        PartitionStore store = engine.find(table.id(), p);
        ScanRange range = ScanRange.of(0, -1, 1 << 20, ScanRange.View.EVERYTHING);
        while (store != null) {
          ScanBatch batch = store.scan(range);
          all.addAll(batch.records());
          range = range.from(batch.nextHash());
          store = batch.done() ? null : store;
        }
      }
      return all;
    }

    /** Drops what may be dropped. */
    int sweep() {
      return engine.sweep(repair.marks());
    }
  }

  private static final StoreOptions STORE = StoreOptions.STORE;

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static long hash(Table table, String key) {
    return KeyHash.ofTable(table.id()).hash(bytes(key));
  }

  StoredVersion value(long agoMs, int source, String value) {
    return StoredVersion.value(
        HybridClock.ofMillis(time.wall.millis() - agoMs), source, 0, bytes(value));
  }

  StoredVersion tombstone(long agoMs) {
    long atMs = time.wall.millis() - agoMs;
    return StoredVersion.tombstone(HybridClock.ofMillis(atMs), 0, atMs + GRACE_MS);
  }

  Table table(String name, ConsistencyMode consistency, MemoryMode memory) {
    var schema =
        new TableSchema(
            TableName.parse(name), 3, 2, 2, consistency, memory, 0, PersistenceMode.NONE, 0, 0);
    var table = new Table(tables.size() + 1, schema, false, time.wall.millis());
    tables.add(table);
    var catalogue = new TableCatalogue(tables.size(), tables);
    daemons.forEach(d -> d.view.setCatalogue(catalogue));
    return table;
  }

  Table table(String name) {
    return table(name, ConsistencyMode.EVENTUAL, MemoryMode.STORE);
  }

  /** A map by what each daemon's replica of a partition is; null: it has none. */
  PartitionMap map(BiFunction<Integer, Integer, ReplicaState> stateOf) {
    var builder =
        PartitionMap.builder(++epoch, partitions, 3, daemons.stream().map(d -> d.node).toList());
    for (int p = 0; p < partitions; p++) {
      for (int i = 0; i < daemons.size(); i++) {
        int daemon = (p + i) % daemons.size();
        ReplicaState state = stateOf.apply(p, daemon);
        if (state != null) {
          builder.add(p, daemon, state);
        }
      }
    }
    return builder.build();
  }

  void publish(BiFunction<Integer, Integer, ReplicaState> stateOf) {
    PartitionMap map = map(stateOf);
    daemons.stream().filter(d -> !unreachable.contains(d.id)).forEach(d -> d.view.setMap(map));
  }

  /** A map that nobody sees but the controller. */
  void skipMap() {
    epoch++;
  }

  long epoch() {
    return epoch;
  }

  void allServe() {
    publish((partition, daemon) -> ReplicaState.SERVING);
  }

  long allBytes() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Calls that take a millisecond each way, and never come where they should not. */
  private final class Wire implements PeerNetwork {
    private final NodeId from;
    private final Map<String, AsyncProcessFunction<SednaPeer.AsyncIface, TBase, Object, TBase>>
        functions = functions();

    Wire(NodeId from) {
      this.from = from;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Map<String, AsyncProcessFunction<SednaPeer.AsyncIface, TBase, Object, TBase>>
        functions() {
      return (Map) new SednaPeer.AsyncProcessor<>(null).getProcessMapView();
    }

    @Override
    public <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>>
        CompletableFuture<R> call(
            MapNode node, String method, A arguments, Supplier<R> emptyResult, long timeoutMs) {
      var future = new CompletableFuture<R>();
      calls.merge(method, 1, Integer::sum);
      count(method, arguments);
      time.after(
          1,
          () -> {
            if (unreachable.contains(node.id()) || unreachable.contains(from)) {
              future.completeExceptionally(
                  new SednaException(ErrorCode.UNAVAILABLE, node.id() + " is not there"));
              return;
            }
            serve(node, method, arguments, emptyResult.get(), future);
          });
      return future;
    }

    private <F extends TFieldIdEnum, R extends TBase<R, F>> void serve(
        MapNode node, String method, TBase<?, ?> arguments, R result, CompletableFuture<R> future) {
      var callback =
          new AsyncMethodCallback<Object>() {
            @Override
            public void onComplete(Object success) {
              if (success != null) {
                result.setFieldValue(result.fieldForId(0), success);
              }
              count(method, result);
              time.after(1, () -> future.complete(result));
            }

            @Override
            public void onError(Exception e) {
              time.after(
                  1, () -> future.completeExceptionally(io.sedna.thrift.convert.Errors.of(e)));
            }
          };
      Daemon callee = daemons.stream().filter(d -> d.id.equals(node.id())).findAny().orElseThrow();
      try {
        functions.get(method).start(callee.handler, arguments.deepCopy(), callback);
      } catch (TException e) {
        future.completeExceptionally(e);
      }
    }

    private void count(String method, TBase<?, ?> struct) {
      try {
        int length = new TSerializer().serialize(struct).length;
        bytes.merge(method, (long) length, Long::sum);
        largest = Math.max(largest, length);
      } catch (TException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** For looking at. */
  Map<String, Object> wire() {
    var wire = new LinkedHashMap<String, Object>(bytes);
    calls.forEach((method, number) -> wire.put("calls of " + method, number));
    return wire;
  }
}
