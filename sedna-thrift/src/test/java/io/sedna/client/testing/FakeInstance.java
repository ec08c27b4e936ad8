// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.PartitionMapCodec;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.convert.Schemas;
import io.sedna.thrift.generated.ConsistencyMode;
import io.sedna.thrift.generated.PartitionMapResult;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.ReadOptions;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.Record;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.ScanResult;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.SednaError;
import io.sedna.thrift.generated.TableInfo;
import io.sedna.thrift.generated.VersionedValue;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import io.sedna.thrift.generated.WriteStatus;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Several fake daemons over one in-memory copy of the tables, which plays perfect replication, and
 * a partition map that tests can change.
 */
public final class FakeInstance implements AutoCloseable {
  private final List<FakeDaemon> daemons = new ArrayList<>();
  private final Map<String, FakeTable> tables = new HashMap<>();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final HybridClock clock =
      new HybridClock(io.sedna.common.time.WallClock.system(), 60_000);
  private volatile PartitionMap map;
  private volatile BiFunction<byte[], Integer, SednaException> keyErrors = (key, keys) -> null;
  private int nextTableId = 1;

  /** A call of data, and how many keys it had. */
  public record Call(int daemon, String method, int keys) {}

  /** What a call carried beside its keys: options of either kind, or none. */
  private final Queue<Object> options = new ConcurrentLinkedQueue<>();

  /** Outcomes of changes of strong tables, by their request ids. */
  private final Map<RequestId, Object> outcomes = new HashMap<>();

  private record Stored(byte[] key, byte[] value, long timestamp, int source) {}

  private static final class FakeTable {
    final Table table;
    final KeyHash hash;
    final TreeMap<Long, Stored> records = new TreeMap<>(Long::compareUnsigned);

    FakeTable(Table table) {
      this.table = table;
      this.hash = KeyHash.ofTable(table.id());
    }
  }

  public FakeInstance(int daemonCount, int partitions, int replicas) {
    for (int i = 0; i < daemonCount; i++) {
      daemons.add(new FakeDaemon(service(i)));
    }
    spread(1, partitions, replicas);
  }

  /** The replicas of partition p are the daemons p, p + 1 and so on. */
  public void spread(long epoch, int partitions, int replicas) {
    var builder = PartitionMap.builder(epoch, partitions, replicas, nodes());
    for (int p = 0; p < partitions; p++) {
      for (int r = 0; r < replicas; r++) {
        builder.add(p, (p + r) % daemons.size(), ReplicaState.SERVING);
      }
    }
    map = builder.build();
  }

  public List<MapNode> nodes() {
    return IntStream.range(0, daemons.size())
        .mapToObj(
            i ->
                new MapNode(
                    new NodeId("node" + i),
                    "localhost",
                    daemons.get(i).port(),
                    0,
                    MapNode.DEFAULT_RACK,
                    1))
        .toList();
  }

  public void map(PartitionMap newMap) {
    map = newMap;
  }

  public PartitionMap map() {
    return map;
  }

  public FakeDaemon daemon(int index) {
    return daemons.get(index);
  }

  public List<FakeDaemon> daemons() {
    return daemons;
  }

  public String bootstrap() {
    return daemons.get(0).address().toString();
  }

  /**
   * Decides from now on which keys fail in a call of several, and with what.
   *
   * @param decide is given the key and how many keys the call has; null: none fails
   */
  public void keyErrors(BiFunction<byte[], Integer, SednaException> decide) {
    keyErrors = decide;
  }

  /** Calls of data that were done, in order. */
  public Queue<Call> calls() {
    return calls;
  }

  /** The options of calls of data that were done, in order. */
  public Queue<Object> options() {
    return options;
  }

  /** How many changes of strong tables were done that carried a request id. */
  public synchronized int outcomes() {
    return outcomes.size();
  }

  public synchronized Table createTable(String name) {
    return createTable(new io.sedna.thrift.generated.TableSchema(name));
  }

  public synchronized Table createStrongTable(String name) {
    return createTable(
        new io.sedna.thrift.generated.TableSchema(name).setConsistency(ConsistencyMode.STRONG));
  }

  private Table createTable(io.sedna.thrift.generated.TableSchema schema) {
    String name = schema.getName();
    var info =
        new Table(nextTableId++, Schemas.toCommon(schema, 3), false, System.currentTimeMillis());
    tables.put(name, new FakeTable(info));
    return info;
  }

  public synchronized void dropTable(String name) {
    tables.remove(name);
  }

  public synchronized int records(String table) {
    return tables.get(table).records.size();
  }

  /** Index of the primary of a key. */
  public synchronized int primaryOf(String table, byte[] key) {
    int partition = map.partitionOf(tables.get(table).hash.hash(key));
    return map.replicaNodeIndex(partition, 0);
  }

  /** Writes past the client, as another client does. */
  public synchronized long writeDirectly(String table, byte[] key, byte[] value, long timestamp)
      throws SednaError {
    long stamp = timestamp == 0 ? clock.now() : timestamp;
    write(find(table), key, value, stamp, 0);
    return stamp;
  }

  @Override
  public void close() {
    daemons.forEach(FakeDaemon::close);
  }

  private FakeTable find(String name) throws SednaError {
    FakeTable table = tables.get(name);
    if (table == null) {
      throw Errors.toThrift(
          new SednaException(ErrorCode.TABLE_NOT_FOUND, "no such table: " + name));
    }
    return table;
  }

  private Sedna.Iface service(int daemon) {
    InvocationHandler handler =
        (proxy, method, args) -> {
          synchronized (this) {
            return answer(daemon, method.getName(), args);
          }
        };
    return (Sedna.Iface)
        Proxy.newProxyInstance(
            Sedna.Iface.class.getClassLoader(), new Class<?>[] {Sedna.Iface.class}, handler);
  }

  private Object answer(int daemon, String method, Object[] args) throws SednaError {
    switch (method) {
      case "partitionMap":
        return partitionMap((long) args[0]);
      case "describeTable":
        return Schemas.toThrift(find((String) args[0]).table);
      case "createTable":
        return create((io.sedna.thrift.generated.TableSchema) args[0]);
      case "listTables":
        return tables.values().stream().map(t -> Schemas.toThrift(t.table)).toList();
      default:
        return data(daemon, method, args);
    }
  }

  private TableInfo create(io.sedna.thrift.generated.TableSchema schema) throws SednaError {
    if (tables.containsKey(schema.getName())) {
      throw Errors.toThrift(
          new SednaException(ErrorCode.TABLE_EXISTS, "table exists: " + schema.getName()));
    }
    return Schemas.toThrift(createTable(schema));
  }

  private PartitionMapResult partitionMap(long knownEpoch) {
    var result = new PartitionMapResult(map == null ? 0 : map.epoch()).setClock(clock.now());
    if (map != null && map.epoch() > knownEpoch) {
      result.setEncoded(PartitionMapCodec.encode(map));
    }
    return result;
  }

  private Object data(int daemon, String method, Object[] args) throws SednaError {
    long epoch = (long) args[0];
    if (epoch != 0 && epoch < map.epoch()) {
      throw Errors.toThrift(
          new SednaException(ErrorCode.STALE_MAP, "stale map: epoch=" + epoch, map.epoch(), null));
    }
    FakeTable table = find((String) args[1]);
    calls.add(new Call(daemon, method, args[2] instanceof List<?> list ? list.size() : 1));
    Object last = args[args.length - 1];
    if (last instanceof WriteOptions || last instanceof ReadOptions) {
      options.add(last);
    }
    switch (method) {
      case "writeLatest":
      case "writeAll":
      case "remove":
      case "compareAndSet":
      case "putIfAbsent":
      case "compareAndDelete":
      case "append":
      case "increment":
        return once(table, (WriteOptions) last, 0, () -> change(table, method, args));
      case "multiGetWith":
        return multi(args[2], key -> read(table, bytes(key)));
      case "readLatest":
        return read(table, bytes(args[2]));
      case "readAll":
      case "readAllWith":
        ReadResult one = read(table, bytes(args[2]));
        return one.isSetValue() ? List.of(one.getValue()) : List.of();
      case "multiGet":
        return multi(args[2], key -> readOne(table, bytes(key), ((List<?>) args[2]).size()));
      case "multiPut":
        var places = new AtomicInteger();
        return multi(
            args[2],
            entry ->
                once(
                    table,
                    (WriteOptions) last,
                    places.getAndIncrement(),
                    () ->
                        put(
                            table,
                            (PutEntry) entry,
                            (WriteOptions) last,
                            ((List<?>) args[2]).size())));
      case "multiDelete":
        var place = new AtomicInteger();
        return multi(
            args[2],
            key ->
                once(
                    table,
                    (WriteOptions) last,
                    place.getAndIncrement(),
                    () -> remove(table, bytes(key), (WriteOptions) last)));
      case "scan":
        return scan(table, (ScanRequest) args[2]);
      default:
        throw Errors.toThrift(
            new SednaException(ErrorCode.NOT_SUPPORTED, method + " is not supported"));
    }
  }

  private interface Change<T> {
    T make() throws SednaError;
  }

  /** Strong tables make the change that comes so many places after a request id once. */
  @SuppressWarnings("unchecked")
  private <T> T once(FakeTable table, WriteOptions given, int place, Change<T> change)
      throws SednaError {
    if (table.table.schema().consistency() != io.sedna.common.schema.ConsistencyMode.STRONG
        || !given.isSetRequestId()) {
      return change.make();
    }
    var id = new RequestId(given.getRequestId());
    id.setSequence(id.getSequence() + place);
    if (!outcomes.containsKey(id)) {
      T outcome = change.make();
      if (outcome instanceof WriteResult result && result.isSetError()) {
        return outcome;
      }
      outcomes.put(id, outcome);
    }
    return (T) outcomes.get(id);
  }

  private Object change(FakeTable table, String method, Object[] args) {
    byte[] key = bytes(args[2]);
    Stored there = table.records.get(table.hash.hash(key));
    long timestamp = there == null ? 0 : there.timestamp();
    switch (method) {
      case "writeLatest":
      case "writeAll":
        return write(table, key, bytes(args[3]), (WriteOptions) args[4]);
      case "remove":
        return remove(table, key, (WriteOptions) args[3]);
      case "putIfAbsent":
        return there != null
            ? new WriteResult(WriteStatus.MISMATCH, timestamp)
            : write(table, key, bytes(args[3]), (WriteOptions) args[4]);
      case "compareAndSet":
        return timestamp != (long) args[3]
            ? mismatch(timestamp)
            : write(table, key, bytes(args[4]), (WriteOptions) args[5]);
      case "compareAndDelete":
        return timestamp != (long) args[3]
            ? mismatch(timestamp)
            : remove(table, key, (WriteOptions) args[4]);
      case "append":
        return there == null
            ? mismatch(0)
            : write(table, key, joined(there.value(), bytes(args[3])), (WriteOptions) args[4]);
      default:
        long sum = (there == null ? 0 : number(there.value())) + (long) args[3];
        write(table, key, Long.toString(sum).getBytes(UTF_8), (WriteOptions) args[4]);
        return sum;
    }
  }

  private static WriteResult mismatch(long timestamp) {
    return new WriteResult(
        timestamp == 0 ? WriteStatus.NOT_FOUND : WriteStatus.MISMATCH, timestamp);
  }

  private static long number(byte[] digits) {
    return Long.parseLong(new String(digits, UTF_8));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private interface Each<T> {
    T apply(Object item) throws SednaError;
  }

  private static <T> List<T> multi(Object items, Each<T> each) throws SednaError {
    var results = new ArrayList<T>();
    for (Object item : (List<?>) items) {
      results.add(each.apply(item));
    }
    return results;
  }

  private static byte[] bytes(Object buffer) {
    var copy = ((ByteBuffer) buffer).duplicate();
    byte[] bytes = new byte[copy.remaining()];
    copy.get(bytes);
    return bytes;
  }

  private ReadResult readOne(FakeTable table, byte[] key, int keys) {
    SednaException error = keyErrors.apply(key, keys);
    return error != null ? new ReadResult().setError(Errors.toThrift(error)) : read(table, key);
  }

  private WriteResult put(FakeTable table, PutEntry entry, WriteOptions options, int entries) {
    SednaException error = keyErrors.apply(entry.getKey(), entries);
    if (error != null) {
      return new WriteResult(WriteStatus.OUTDATED, 0).setError(Errors.toThrift(error));
    }
    var own = new WriteOptions(options);
    if (entry.isSetTimestamp()) {
      own.setTimestamp(entry.getTimestamp());
    }
    return write(table, entry.getKey(), entry.getValue(), own);
  }

  private WriteResult write(FakeTable table, byte[] key, byte[] value, WriteOptions options) {
    long timestamp = options.isSetTimestamp() ? options.getTimestamp() : clock.now();
    return write(table, key, value, timestamp, options.getSource());
  }

  private static WriteResult write(
      FakeTable table, byte[] key, byte[] value, long timestamp, int source) {
    long hash = table.hash.hash(key);
    Stored old = table.records.get(hash);
    if (old != null && old.timestamp() >= timestamp) {
      return new WriteResult(WriteStatus.OUTDATED, timestamp);
    }
    table.records.put(hash, new Stored(key, value, timestamp, source));
    return new WriteResult(WriteStatus.OK, timestamp);
  }

  private WriteResult remove(FakeTable table, byte[] key, WriteOptions options) {
    long timestamp = options.isSetTimestamp() ? options.getTimestamp() : clock.now();
    table.records.remove(table.hash.hash(key));
    return new WriteResult(WriteStatus.OK, timestamp);
  }

  private static ReadResult read(FakeTable table, byte[] key) {
    Stored found = table.records.get(table.hash.hash(key));
    var result = new ReadResult();
    if (found != null) {
      result.setValue(
          new VersionedValue(ByteBuffer.wrap(found.value()), found.timestamp(), found.source()));
    }
    return result;
  }

  private static ScanResult scan(FakeTable table, ScanRequest request) {
    var records = new ArrayList<Record>();
    var range = table.records.subMap(request.getStartHash(), true, request.getEndHash(), true);
    for (var entry : range.entrySet()) {
      if (records.size() == request.getMaxRecords()) {
        return new ScanResult(records, false, entry.getKey());
      }
      Stored stored = entry.getValue();
      records.add(
          new Record(
              ByteBuffer.wrap(stored.key()),
              ByteBuffer.wrap(stored.value()),
              stored.timestamp(),
              stored.source(),
              entry.getKey()));
    }
    return new ScanResult(records, true, 0);
  }
}
