// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.client.PutEntry;
import io.sedna.client.Record;
import io.sedna.client.ScanBatch;
import io.sedna.client.ScanSpec;
import io.sedna.client.SednaAdmin;
import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.client.WriteOptions;
import io.sedna.client.WriteResult;
import io.sedna.client.WriteStatus;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.generated.Statistics;
import io.sedna.thrift.generated.TableStatistics;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;

/**
 * An instance in memory behind the client's interface: three daemons, sixteen partitions, versions
 * that win as the engine's do. Scans give a few records at a time. Thread-safe by one lock.
 */
public final class FakeInstance {
  private static final int PARTITIONS = 16;
  private static final int BATCH = 3;

  private record Position(long hash, String key) {}

  private static final Comparator<Position> ORDER =
      Comparator.comparing(Position::hash, Long::compareUnsigned).thenComparing(Position::key);

  private record Stored(Record record, boolean deleted) {}

  private final Map<String, Table> tables = new ConcurrentHashMap<>();
  private final Map<String, NavigableMap<Position, Stored>> records = new ConcurrentHashMap<>();
  private final AtomicInteger nextId = new AtomicInteger(1);

  /** Called before each call of data; may throw, or answer a future that fails. */
  volatile Supplier<CompletableFuture<Void>> interference =
      () -> CompletableFuture.completedFuture(null);

  final AtomicInteger openClients = new AtomicInteger();

  public Table create(String name) {
    var table =
        new Table(nextId.getAndIncrement(), TableSchema.of(TableName.parse(name), 3), false, 1);
    tables.put(name, table);
    records.put(name, new TreeMap<>(ORDER));
    return table;
  }

  SednaClient client() {
    openClients.incrementAndGet();
    return proxy(SednaClient.class, new Client());
  }

  public synchronized void put(String table, String key, String value, long timestamp) {
    write(table, key.getBytes(StandardCharsets.UTF_8), bytes(value), timestamp, 0, 0, false);
  }

  /** Live keys and values as text. */
  public synchronized Map<String, String> contents(String table) {
    var contents = new TreeMap<String, String>();
    records
        .get(table)
        .forEach(
            (position, stored) -> {
              if (!stored.deleted) {
                contents.put(position.key, text(stored.record.value()));
              }
            });
    return contents;
  }

  public synchronized Record record(String table, String key) {
    var stored = records.get(table).get(position(table, bytes(key)));
    return stored == null ? null : stored.record;
  }

  private Position position(String table, byte[] key) {
    return new Position(KeyHash.ofTable(tables.get(table).id()).hash(key), text(key));
  }

  private synchronized WriteResult write(
      String table,
      byte[] key,
      byte[] value,
      long timestamp,
      int source,
      long expiresAtMs,
      boolean delete) {
    var position = position(table, key);
    var held = records.get(table).get(position);
    if (held != null && held.record.timestamp() > timestamp) {
      return new WriteResult(WriteStatus.OUTDATED, timestamp);
    }
    var record = new Record(key, value, timestamp, source, expiresAtMs, position.hash);
    records.get(table).put(position, new Stored(record, delete));
    return new WriteResult(WriteStatus.OK, timestamp);
  }

  private synchronized ScanBatch scan(String table, ScanSpec spec) {
    var found = new ArrayList<Record>();
    for (var entry : records.get(table).tailMap(new Position(spec.startHash(), "")).entrySet()) {
      long hash = entry.getKey().hash;
      if (Long.compareUnsigned(hash, spec.endHash()) > 0) {
        break;
      }
      if (found.size() == BATCH) {
        return new ScanBatch(found, false, hash);
      }
      var record = entry.getValue().record;
      var prefix = spec.keyPrefix().orElse(new byte[0]);
      if (!entry.getValue().deleted
          && Arrays.equals(
              prefix, Arrays.copyOf(record.key(), Math.min(prefix.length, record.key().length)))) {
        found.add(record);
      }
    }
    return new ScanBatch(found, true, 0);
  }

  private Table described(String name) {
    var table = tables.get(name);
    if (table == null) {
      throw new SednaException(ErrorCode.TABLE_NOT_FOUND, "no table " + name);
    }
    return table;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What the tests need of the client; all else is not supported. */
  public final class Client {
    public SednaTable table(String name) {
      return proxy(SednaTable.class, new TableCalls(name));
    }

    public SednaAdmin admin() {
      return proxy(SednaAdmin.class, new AdminCalls());
    }

    public PartitionMap partitionMap() {
      var nodes = new ArrayList<MapNode>();
      for (int i = 0; i < 3; i++) {
        nodes.add(new MapNode(new NodeId("d" + i), "host" + i, 7720 + i, 0, "/r", 1));
      }
      var builder = PartitionMap.builder(7, PARTITIONS, 1, nodes);
      for (int p = 0; p < PARTITIONS; p++) {
        builder.add(p, p % 3, ReplicaState.SERVING);
      }
      return builder.build();
    }

    public PartitionMap refresh() {
      return partitionMap();
    }

    public void close() {
      openClients.decrementAndGet();
    }
  }

  public final class AdminCalls {
    public Table describeTable(String name) {
      return described(name);
    }

    public Statistics statistics() {
      var statistics = new ArrayList<TableStatistics>();
      tables.keySet().forEach(name -> statistics.add(new TableStatistics(name, 1, 1600)));
      return new Statistics(statistics, List.of());
    }
  }

  public final class TableCalls {
    private final String name;

    TableCalls(String name) {
      this.name = name;
    }

    public Table describe() {
      return described(name);
    }

    public CompletableFuture<ScanBatch> scanAsync(ScanSpec spec) {
      return interference.get().thenApplyAsync(done -> scan(name, spec));
    }

    public CompletableFuture<List<WriteResult>> multiPutAsync(
        List<PutEntry> entries, WriteOptions options) {
      return interference
          .get()
          .thenApplyAsync(
              done ->
                  entries.stream()
                      .map(
                          entry ->
                              write(
                                  name,
                                  entry.key(),
                                  entry.value(),
                                  entry.timestamp(),
                                  options.source(),
                                  entry.ttlMs() <= 0 ? 0 : entry.ttlMs(),
                                  false))
                      .toList());
    }

    public CompletableFuture<WriteResult> deleteAsync(byte[] key, WriteOptions options) {
      return interference
          .get()
          .thenApplyAsync(done -> write(name, key, new byte[0], options.timestamp(), 0, 0, true));
    }
  }

  private static <T> T proxy(Class<T> type, Object target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              var found =
                  Arrays.stream(target.getClass().getMethods())
                      .filter(
                          candidate ->
                              candidate.getName().equals(method.getName())
                                  && Arrays.equals(
                                      candidate.getParameterTypes(), method.getParameterTypes()))
                      .findFirst();
              if (found.isEmpty()) {
                throw new UnsupportedOperationException(method.toString());
              }
              try {
                return found.get().invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** The input format over a fake instance. */
  public static final class Input extends SednaInputFormat {
    public Input() {}

    @Override
    SednaClient connect(Configuration conf) {
      return current(conf).client();
    }
  }

  /** As {@link Input}, of plain values. */
  public static final class BytesInput extends SednaBytesInputFormat {
    public BytesInput() {}

    @Override
    SednaClient connect(Configuration conf) {
      return current(conf).client();
    }
  }

  /** The output format over a fake instance. */
  public static final class Output extends SednaOutputFormat {
    public Output() {}

    @Override
    SednaClient connect(Configuration conf) {
      return current(conf).client();
    }
  }

  private static final Map<String, FakeInstance> INSTANCES = new ConcurrentHashMap<>();

  /** Has the formats above find this instance through the configuration. */
  public void register(Configuration conf) {
    var id = Integer.toHexString(System.identityHashCode(this));
    INSTANCES.put(id, this);
    conf.set("test.fake.instance", id);
  }

  private static FakeInstance current(Configuration conf) {
    return INSTANCES.get(conf.get("test.fake.instance"));
  }
}
