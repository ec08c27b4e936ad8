// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.conf.HostPort;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Limits;
import io.sedna.common.schema.Table;
import io.sedna.thrift.convert.Errors;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A table's calls, each as a chain of attempts. */
final class DefaultTable implements SednaTable {
  /** Larger values are encoded by their callers, not on the event loop, and share no frame. */
  private static final int MAX_SHARED_VALUE_BYTES = 32 << 10;

  private final ClientCore core;
  private final String name;
  private final TableCache cache;
  private final TableWrites writes;
  private final TableBatches batches;
  private final TableUpdates updates;
  private final byte[] utf8Name;

  DefaultTable(ClientCore core, String name, TableCache cache) {
    this.core = core;
    this.name = name;
    this.cache = cache;
    this.writes = new TableWrites(core, name);
    this.batches = new TableBatches(core, name);
    this.updates = new TableUpdates(core, name);
    this.utf8Name = name.getBytes(StandardCharsets.UTF_8);
  }

  byte[] utf8Name() {
    return utf8Name;
  }

  TableWrites writes() {
    return writes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Table describe() {
    return core.await(describeAsync());
  }

  @Override
  public CompletableFuture<Table> describeAsync() {
    return core.begin(() -> withTable(entry -> done(entry.table())));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  /** Runs a call with what is known of the table, and once more if the table turns out unknown. */
  private <T> CompletableFuture<T> withTable(
      Function<TableCache.Entry, CompletableFuture<T>> call) {
    TableCache.Entry known = cache.known();
    if (known == null) {
      return cache.ask().thenCompose(call);
    }
    return orWithNewEntry(call.apply(known), call);
  }

  /** Runs a call again if it failed because the table turned out unknown. */
  <T> CompletableFuture<T> orWithNewEntry(
      CompletableFuture<T> first, Function<TableCache.Entry, CompletableFuture<T>> call) {
    return first.exceptionallyCompose(
        failure -> {
          SednaException e = Errors.of(failure);
          return e.code() == ErrorCode.TABLE_NOT_FOUND
              ? cache.ask().thenCompose(call)
              : CompletableFuture.failedFuture(e);
        });
  }

  private static boolean isLegal(byte[] key) {
    return key.length > 0 && key.length <= Limits.MAX_KEY_BYTES;
  }

  /** Where a first attempt goes, if nothing has to be found out before. */
  private HostPort primary(Routing routing, TableCache.Entry entry, byte[] key) {
    if (routing.map() == null) {
      return null;
    }
    int partition = routing.map().partitionOf(entry.hash().hash(key));
    return entry.isStrong()
        ? routing.primary(partition)
        : routing.replica(partition, Set.of(), core.health());
  }

  private <T> CompletableFuture<T> keyed(
      byte[] key, Function<TableCache.Entry, CompletableFuture<T>> call) {
    return core.begin(
        () -> {
          Limits.checkKeyLength(key.length);
          return withTable(call);
        });
  }

  @Override
  public WriteResult put(byte[] key, byte[] value, WriteOptions options) {
    return core.await(putAsync(key, value, options));
  }

  @Override
  public CompletableFuture<WriteResult> putAsync(byte[] key, byte[] value, WriteOptions options) {
    TableCache.Entry entry = cache.known();
    Routing routing = core.maps().current();
    HostPort node = entry == null ? null : primary(routing, entry, key);
    if (node == null
        || !isLegal(key)
        || value.length > MAX_SHARED_VALUE_BYTES
        || options.consistency() != Consistency.TABLE) {
      return written(key, value, known -> writes.put(known, key, value, options));
    }
    SednaException refusal = core.enter();
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    WriteOptions stamped =
        options.withTimestamp(TableWrites.stamp(core, entry, options.timestamp()));
    return new PutCall(core, this, entry, key, value, stamped, node, routing.epoch()).start();
  }

  @Override
  public WriteResult putAll(byte[] key, byte[] value, WriteOptions options) {
    return core.await(putAllAsync(key, value, options));
  }

  @Override
  public CompletableFuture<WriteResult> putAllAsync(
      byte[] key, byte[] value, WriteOptions options) {
    return written(key, value, entry -> writes.putAll(entry, key, value, options));
  }

  private <T> CompletableFuture<T> written(
      byte[] key, byte[] value, Function<TableCache.Entry, CompletableFuture<T>> call) {
    return keyed(
        key,
        entry -> {
          Limits.checkValueLength(value.length);
          return call.apply(entry);
        });
  }

  @Override
  public Optional<VersionedValue> get(byte[] key) {
    return core.await(getAsync(key));
  }

  @Override
  public CompletableFuture<Optional<VersionedValue>> getAsync(byte[] key) {
    TableCache.Entry entry = cache.known();
    Routing routing = core.maps().current();
    HostPort node = entry == null ? null : primary(routing, entry, key);
    if (node == null || !isLegal(key)) {
      return keyed(key, known -> TableReads.latest(core, name, known, key));
    }
    SednaException refusal = core.enter();
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    return new GetCall(core, this, entry, key, node, routing.epoch()).start();
  }

  @Override
  public Optional<VersionedValue> get(byte[] key, Consistency consistency) {
    return core.await(getAsync(key, consistency));
  }

  @Override
  public CompletableFuture<Optional<VersionedValue>> getAsync(byte[] key, Consistency consistency) {
    return consistency.equals(Consistency.TABLE)
        ? getAsync(key)
        : keyed(key, entry -> TableReads.latest(core, name, entry, key, consistency));
  }

  @Override
  public List<VersionedValue> getAll(byte[] key, Consistency consistency) {
    return core.await(getAllAsync(key, consistency));
  }

  @Override
  public CompletableFuture<List<VersionedValue>> getAllAsync(byte[] key, Consistency consistency) {
    return keyed(key, entry -> TableReads.all(core, name, entry, key, consistency));
  }

  @Override
  public WriteResult delete(byte[] key, WriteOptions options) {
    return core.await(deleteAsync(key, options));
  }

  @Override
  public CompletableFuture<WriteResult> deleteAsync(byte[] key, WriteOptions options) {
    return keyed(key, entry -> writes.delete(entry, key, options));
  }

  @Override
  public WriteResult touch(byte[] key, Duration ttl) {
    return core.await(touchAsync(key, ttl));
  }

  @Override
  public CompletableFuture<WriteResult> touchAsync(byte[] key, Duration ttl) {
    return keyed(key, entry -> writes.touch(entry, key, ttl));
  }

  @Override
  public List<ReadResult> multiGet(List<byte[]> keys, Consistency consistency) {
    return core.await(multiGetAsync(keys, consistency));
  }

  @Override
  public CompletableFuture<List<ReadResult>> multiGetAsync(
      List<byte[]> keys, Consistency consistency) {
    return core.begin(
        () -> {
          keys.forEach(key -> Limits.checkKeyLength(key.length));
          return withTable(entry -> batches.get(entry, keys, consistency));
        });
  }

  @Override
  public List<WriteResult> multiPut(List<PutEntry> entries, WriteOptions options) {
    return core.await(multiPutAsync(entries, options));
  }

  @Override
  public CompletableFuture<List<WriteResult>> multiPutAsync(
      List<PutEntry> entries, WriteOptions options) {
    return core.begin(
        () -> {
          for (PutEntry entry : entries) {
            Limits.checkKeyLength(entry.key().length);
            Limits.checkValueLength(entry.value().length);
          }
          return withTable(entry -> batches.put(entry, entries, options));
        });
  }

  @Override
  public List<WriteResult> multiDelete(List<byte[]> keys, WriteOptions options) {
    return core.await(multiDeleteAsync(keys, options));
  }

  @Override
  public CompletableFuture<List<WriteResult>> multiDeleteAsync(
      List<byte[]> keys, WriteOptions options) {
    return core.begin(
        () -> {
          keys.forEach(key -> Limits.checkKeyLength(key.length));
          return withTable(entry -> batches.delete(entry, keys, options));
        });
  }

  @Override
  public ScanBatch scan(ScanSpec spec) {
    return core.await(scanAsync(spec));
  }

  @Override
  public CompletableFuture<ScanBatch> scanAsync(ScanSpec spec) {
    return core.begin(() -> withTable(entry -> TableReads.scan(core, name, entry, spec)));
  }

  @Override
  public Iterable<Record> scanAll(ScanSpec spec) {
    return () -> new ScanIterator(core, this, spec);
  }

  @Override
  public WriteResult compareAndSet(
      byte[] key, long expectedTimestamp, byte[] value, WriteOptions options) {
    return core.await(compareAndSetAsync(key, expectedTimestamp, value, options));
  }

  @Override
  public CompletableFuture<WriteResult> compareAndSetAsync(
      byte[] key, long expectedTimestamp, byte[] value, WriteOptions options) {
    return written(
        key, value, entry -> updates.compareAndSet(entry, key, expectedTimestamp, value, options));
  }

  @Override
  public WriteResult putIfAbsent(byte[] key, byte[] value, WriteOptions options) {
    return core.await(putIfAbsentAsync(key, value, options));
  }

  @Override
  public CompletableFuture<WriteResult> putIfAbsentAsync(
      byte[] key, byte[] value, WriteOptions options) {
    return written(key, value, entry -> updates.putIfAbsent(entry, key, value, options));
  }

  @Override
  public WriteResult compareAndDelete(byte[] key, long expectedTimestamp, WriteOptions options) {
    return core.await(compareAndDeleteAsync(key, expectedTimestamp, options));
  }

  @Override
  public CompletableFuture<WriteResult> compareAndDeleteAsync(
      byte[] key, long expectedTimestamp, WriteOptions options) {
    return keyed(key, entry -> updates.compareAndDelete(entry, key, expectedTimestamp, options));
  }

  @Override
  public long increment(byte[] key, long delta, WriteOptions options) {
    return core.await(incrementAsync(key, delta, options));
  }

  @Override
  public CompletableFuture<Long> incrementAsync(byte[] key, long delta, WriteOptions options) {
    return keyed(key, entry -> updates.increment(entry, key, delta, options));
  }

  @Override
  public WriteResult append(byte[] key, byte[] suffix, WriteOptions options) {
    return core.await(appendAsync(key, suffix, options));
  }

  @Override
  public CompletableFuture<WriteResult> appendAsync(
      byte[] key, byte[] suffix, WriteOptions options) {
    return written(key, suffix, entry -> updates.append(entry, key, suffix, options));
  }
}
