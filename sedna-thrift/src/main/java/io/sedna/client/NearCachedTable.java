// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.schema.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A table whose newest versions are looked for in the client first. */
final class NearCachedTable implements SednaTable {
  private final SednaTable table;
  private final NearCache cache;
  private final BooleanSupplier closed;

  /**
   * @param closed whether the client is: a closed one answers nothing, also not what it has
   */
  NearCachedTable(SednaTable table, NearCache cache, BooleanSupplier closed) {
    this.table = table;
    this.cache = cache;
    this.closed = closed;
  }

  @Override
  public Optional<NearCacheStatistics> nearCache() {
    return Optional.of(cache.statistics());
  }

  // -- Reads.

  private Optional<VersionedValue> cached(byte[] key) {
    return closed.getAsBoolean() ? null : cache.get(key);
  }

  @Override
  public Optional<VersionedValue> get(byte[] key) {
    Optional<VersionedValue> cached = cached(key);
    if (cached != null) {
      return cached;
    }
    NearCache.Ticket ticket = cache.ticket(key);
    Optional<VersionedValue> read = table.get(key);
    cache.offer(key, ticket, read);
    return read;
  }

  @Override
  public CompletableFuture<Optional<VersionedValue>> getAsync(byte[] key) {
    Optional<VersionedValue> cached = cached(key);
    if (cached != null) {
      return CompletableFuture.completedFuture(cached);
    }
    NearCache.Ticket ticket = cache.ticket(key);
    return after(
        table.getAsync(key),
        read -> {
          if (read != null) {
            cache.offer(key, ticket, read);
          }
          return read;
        });
  }

  private interface End<T, U> {
    /**
     * @param value null: it failed
     */
    U of(T value);
  }

  /** A future of its own, so that callers see failures without wrapping. */
  private static <T, U> CompletableFuture<U> after(CompletableFuture<T> call, End<T, U> end) {
    var seen = new CompletableFuture<U>();
    var unused =
        call.whenComplete(
            (value, failure) -> {
              U result = null;
              Throwable failed = failure;
              try {
                result = end.of(value);
              } catch (RuntimeException e) {
                failed = failed == null ? e : failed;
              }
              if (failed == null) {
                seen.complete(result);
              } else {
                seen.completeExceptionally(failed);
              }
            });
    return seen;
  }

  /** What of a batch of reads is cached, and what is left to ask for. */
  private final class Reads {
    private final ReadResult[] results;
    private final List<byte[]> missing = new ArrayList<>();
    private final List<NearCache.Ticket> tickets = new ArrayList<>();

    Reads(List<byte[]> keys) {
      results = new ReadResult[keys.size()];
      int index = 0;
      for (byte[] key : keys) {
        Optional<VersionedValue> cached = cached(key);
        if (cached != null) {
          results[index] = ReadResult.of(cached);
        } else {
          missing.add(key);
          tickets.add(cache.ticket(key));
        }
        index++;
      }
    }

    /**
     * @param read of the missing ones; null: they failed
     */
    List<ReadResult> with(List<ReadResult> read) {
      if (read == null) {
        return null;
      }
      int next = 0;
      for (int i = 0; i < results.length; i++) {
        if (results[i] == null) {
          ReadResult result = read.get(next);
          if (result.error().isEmpty()) {
            cache.offer(missing.get(next), tickets.get(next), result.value());
          }
          results[i] = result;
          next++;
        }
      }
      return Arrays.asList(results);
    }
  }

  @Override
  public List<ReadResult> multiGet(List<byte[]> keys, Consistency consistency) {
    if (!consistency.equals(Consistency.TABLE)) {
      return table.multiGet(keys, consistency);
    }
    var reads = new Reads(keys);
    return reads.with(reads.missing.isEmpty() ? List.of() : table.multiGet(reads.missing));
  }

  @Override
  public CompletableFuture<List<ReadResult>> multiGetAsync(
      List<byte[]> keys, Consistency consistency) {
    if (!consistency.equals(Consistency.TABLE)) {
      return table.multiGetAsync(keys, consistency);
    }
    var reads = new Reads(keys);
    return reads.missing.isEmpty()
        ? CompletableFuture.completedFuture(reads.with(List.of()))
        : after(table.multiGetAsync(reads.missing), reads::with);
  }

  // -- Writes.

  private <T> T writing(List<byte[]> keys, Supplier<T> write) {
    keys.forEach(cache::written);
    try {
      return write.get();
    } finally {
      keys.forEach(cache::written);
    }
  }

  private <T> CompletableFuture<T> writingAsync(
      List<byte[]> keys, Supplier<CompletableFuture<T>> write) {
    keys.forEach(cache::written);
    return after(
        write.get(),
        value -> {
          keys.forEach(cache::written);
          return value;
        });
  }

  private static List<byte[]> keys(List<PutEntry> entries) {
    return entries.stream().map(PutEntry::key).toList();
  }

  @Override
  public WriteResult put(byte[] key, byte[] value, WriteOptions options) {
    return writing(List.of(key), () -> table.put(key, value, options));
  }

  @Override
  public CompletableFuture<WriteResult> putAsync(byte[] key, byte[] value, WriteOptions options) {
    return writingAsync(List.of(key), () -> table.putAsync(key, value, options));
  }

  @Override
  public WriteResult putAll(byte[] key, byte[] value, WriteOptions options) {
    return writing(List.of(key), () -> table.putAll(key, value, options));
  }

  @Override
  public CompletableFuture<WriteResult> putAllAsync(
      byte[] key, byte[] value, WriteOptions options) {
    return writingAsync(List.of(key), () -> table.putAllAsync(key, value, options));
  }

  @Override
  public WriteResult delete(byte[] key, WriteOptions options) {
    return writing(List.of(key), () -> table.delete(key, options));
  }

  @Override
  public CompletableFuture<WriteResult> deleteAsync(byte[] key, WriteOptions options) {
    return writingAsync(List.of(key), () -> table.deleteAsync(key, options));
  }

  @Override
  public WriteResult touch(byte[] key, Duration ttl) {
    return writing(List.of(key), () -> table.touch(key, ttl));
  }

  @Override
  public CompletableFuture<WriteResult> touchAsync(byte[] key, Duration ttl) {
    return writingAsync(List.of(key), () -> table.touchAsync(key, ttl));
  }

  @Override
  public List<WriteResult> multiPut(List<PutEntry> entries, WriteOptions options) {
    return writing(keys(entries), () -> table.multiPut(entries, options));
  }

  @Override
  public CompletableFuture<List<WriteResult>> multiPutAsync(
      List<PutEntry> entries, WriteOptions options) {
    return writingAsync(keys(entries), () -> table.multiPutAsync(entries, options));
  }

  @Override
  public List<WriteResult> multiDelete(List<byte[]> keys, WriteOptions options) {
    return writing(keys, () -> table.multiDelete(keys, options));
  }

  @Override
  public CompletableFuture<List<WriteResult>> multiDeleteAsync(
      List<byte[]> keys, WriteOptions options) {
    return writingAsync(keys, () -> table.multiDeleteAsync(keys, options));
  }

  @Override
  public WriteResult compareAndSet(
      byte[] key, long expectedTimestamp, byte[] value, WriteOptions options) {
    return writing(List.of(key), () -> table.compareAndSet(key, expectedTimestamp, value, options));
  }

  @Override
  public CompletableFuture<WriteResult> compareAndSetAsync(
      byte[] key, long expectedTimestamp, byte[] value, WriteOptions options) {
    return writingAsync(
        List.of(key), () -> table.compareAndSetAsync(key, expectedTimestamp, value, options));
  }

  @Override
  public WriteResult putIfAbsent(byte[] key, byte[] value, WriteOptions options) {
    return writing(List.of(key), () -> table.putIfAbsent(key, value, options));
  }

  @Override
  public CompletableFuture<WriteResult> putIfAbsentAsync(
      byte[] key, byte[] value, WriteOptions options) {
    return writingAsync(List.of(key), () -> table.putIfAbsentAsync(key, value, options));
  }

  @Override
  public WriteResult compareAndDelete(byte[] key, long expectedTimestamp, WriteOptions options) {
    return writing(List.of(key), () -> table.compareAndDelete(key, expectedTimestamp, options));
  }

  @Override
  public CompletableFuture<WriteResult> compareAndDeleteAsync(
      byte[] key, long expectedTimestamp, WriteOptions options) {
    return writingAsync(
        List.of(key), () -> table.compareAndDeleteAsync(key, expectedTimestamp, options));
  }

  @Override
  public long increment(byte[] key, long delta, WriteOptions options) {
    return writing(List.of(key), () -> table.increment(key, delta, options));
  }

  @Override
  public CompletableFuture<Long> incrementAsync(byte[] key, long delta, WriteOptions options) {
    return writingAsync(List.of(key), () -> table.incrementAsync(key, delta, options));
  }

  @Override
  public WriteResult append(byte[] key, byte[] suffix, WriteOptions options) {
    return writing(List.of(key), () -> table.append(key, suffix, options));
  }

  @Override
  public CompletableFuture<WriteResult> appendAsync(
      byte[] key, byte[] suffix, WriteOptions options) {
    return writingAsync(List.of(key), () -> table.appendAsync(key, suffix, options));
  }

  // -- What is never cached.

  @Override
  public String name() {
    return table.name();
  }

  @Override
  public Table describe() {
    return table.describe();
  }

  @Override
  public CompletableFuture<Table> describeAsync() {
    return table.describeAsync();
  }

  @Override
  public Optional<VersionedValue> get(byte[] key, Consistency consistency) {
    return consistency.equals(Consistency.TABLE) ? get(key) : table.get(key, consistency);
  }

  @Override
  public CompletableFuture<Optional<VersionedValue>> getAsync(byte[] key, Consistency consistency) {
    return consistency.equals(Consistency.TABLE) ? getAsync(key) : table.getAsync(key, consistency);
  }

  @Override
  public List<VersionedValue> getAll(byte[] key, Consistency consistency) {
    return table.getAll(key, consistency);
  }

  @Override
  public CompletableFuture<List<VersionedValue>> getAllAsync(byte[] key, Consistency consistency) {
    return table.getAllAsync(key, consistency);
  }

  @Override
  public ScanBatch scan(ScanSpec spec) {
    return table.scan(spec);
  }

  @Override
  public CompletableFuture<ScanBatch> scanAsync(ScanSpec spec) {
    return table.scanAsync(spec);
  }

  @Override
  public Iterable<Record> scanAll(ScanSpec spec) {
    return table.scanAll(spec);
  }
}
