// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.ReadReply;
import io.sedna.daemon.replication.Write;
import io.sedna.daemon.replication.WriteReply;
import io.sedna.daemon.replication.strong.PrimaryCalls;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.ReadOptions;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.Record;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.ScanResult;
import io.sedna.thrift.generated.SednaError;
import io.sedna.thrift.generated.VersionedValue;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.MutationKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The data half of the public interface: checks everything that came from the wire ({@link
 * RequestChecks}), gives writes their versions, and lets the coordinator do them. Failures are
 * {@link SednaException}s, thrown or in the stage. Thread-safe; nothing blocks.
 */
@InterfaceAudience.Private
public final class DataService {
  /** What an entry of an answer takes beside its value. */
  static final int ANSWER_SLACK_BYTES = 64;

  private final RequestChecks checks;
  private final Coordinator coordinator;
  private final HybridClock clock;
  private final DaemonMetrics metrics;
  private final KeySampling sampling;
  private final PrimaryCalls primaryCalls;
  private final PrimaryWrites primaryWrites;
  private final long tombstoneGraceMs;
  private final int maxAnswerBytes;

  /**
   * @param tombstoneGraceMs how long a tombstone is kept
   * @param maxFrameBytes longest answer
   */
  public DataService(
      RequestChecks checks,
      Coordinator coordinator,
      PrimaryCalls primaryCalls,
      HybridClock clock,
      DaemonMetrics metrics,
      long tombstoneGraceMs,
      int maxFrameBytes) {
    this.checks = checks;
    this.coordinator = coordinator;
    this.primaryCalls = primaryCalls;
    this.primaryWrites = new PrimaryWrites(primaryCalls, clock, tombstoneGraceMs);
    this.clock = clock;
    this.metrics = metrics;
    this.sampling = new KeySampling(metrics.keys());
    this.tombstoneGraceMs = tombstoneGraceMs;
    this.maxAnswerBytes = maxAnswerBytes(maxFrameBytes);
  }

  /** What the records of one answer may take, each with its slack. */
  static int maxAnswerBytes(int maxFrameBytes) {
    return maxFrameBytes - maxFrameBytes / 64;
  }

  /** A reading of the daemon's hybrid clock. */
  long currentTimestamp() {
    return clock.now();
  }

  // -- Writes.

  CompletionStage<WriteResult> writeLatest(
      long epoch, String table, ByteBuffer key, ByteBuffer value, WriteOptions options) {
    return writeOne(MutationKind.WRITE_LATEST, epoch, table, key, value, options);
  }

  CompletionStage<WriteResult> writeAll(
      long epoch, String table, ByteBuffer key, ByteBuffer value, WriteOptions options) {
    return writeOne(MutationKind.WRITE_ALL, epoch, table, key, value, options);
  }

  CompletionStage<WriteResult> remove(
      long epoch, String table, ByteBuffer key, WriteOptions options) {
    return writeOne(MutationKind.REMOVE, epoch, table, key, null, options);
  }

  private CompletionStage<WriteResult> writeOne(
      MutationKind kind,
      long epoch,
      String name,
      ByteBuffer key,
      ByteBuffer value,
      WriteOptions options) {
    Table table = checks.writable(epoch, name);
    if (table.isStrong()) {
      return writeStrong(kind, table, key, value, options);
    }
    if (kind == MutationKind.WRITE_ALL) {
      RequestChecks.keepsAllSources(table);
    }
    Write write =
        kind == MutationKind.REMOVE
            ? removal(table, RequestChecks.key(key), options)
            : storing(table, kind, RequestChecks.key(key), RequestChecks.value(value), options);
    int copies = RequestChecks.copies(table, options);
    metrics.wrote(1);
    return coordinator
        .write(table, List.of(write), copies)
        .thenApply(replies -> only(write, replies.get(0)));
  }

  private CompletionStage<WriteResult> writeStrong(
      MutationKind kind, Table table, ByteBuffer key, ByteBuffer value, WriteOptions options) {
    if (kind == MutationKind.WRITE_ALL) {
      throw new SednaException(
          ErrorCode.NOT_SUPPORTED,
          "a strong table keeps one value a key, its primary's newest: writeAll of table "
              + table.name());
    }
    metrics.wrote(1);
    sampling.served(table, key);
    return kind == MutationKind.REMOVE
        ? primaryWrites.remove(table, key, options)
        : primaryWrites.put(table, key, value, options);
  }

  /**
   * Does a write with the version that it has, by the newest map. It has been checked and counted,
   * and may have been done by an older map.
   */
  CompletionStage<WriteResult> coordinate(Table table, Write write) {
    return coordinator
        .write(table, List.of(write))
        .thenApply(replies -> only(write, replies.get(0)));
  }

  /** As {@link #coordinate(Table, Write)}, of many. */
  CompletionStage<List<WriteResult>> coordinate(Table table, List<Write> writes) {
    return coordinator
        .write(table, writes)
        .thenApply(
            replies -> {
              var results = new ArrayList<WriteResult>(replies.size());
              for (int i = 0; i < replies.size(); i++) {
                results.add(result(writes.get(i), replies.get(i)));
              }
              return results;
            });
  }

  CompletionStage<List<WriteResult>> multiPut(
      long epoch, String name, List<PutEntry> entries, WriteOptions options) {
    Table table = checks.writable(epoch, name);
    RequestChecks.batch(entries);
    if (table.isStrong()) {
      metrics.wrote(entries.size());
      entries.forEach(entry -> sampling.served(table, entry.bufferForKey()));
      return primaryWrites.multiPut(table, entries, options);
    }
    var batch = new BatchOfWrites(entries.size(), RequestChecks.copies(table, options));
    for (PutEntry entry : entries) {
      batch.add(
          () ->
              storing(
                  table,
                  MutationKind.WRITE_LATEST,
                  RequestChecks.key(entry.bufferForKey()),
                  RequestChecks.value(entry.bufferForValue()),
                  of(entry, options)));
    }
    return batch.write(table);
  }

  CompletionStage<List<WriteResult>> multiDelete(
      long epoch, String name, List<ByteBuffer> keys, WriteOptions options) {
    Table table = checks.writable(epoch, name);
    RequestChecks.batch(keys);
    if (table.isStrong()) {
      metrics.wrote(keys.size());
      return primaryWrites.multiDelete(table, keys, options);
    }
    var batch = new BatchOfWrites(keys.size(), RequestChecks.copies(table, options));
    for (ByteBuffer key : keys) {
      batch.add(() -> removal(table, RequestChecks.key(key), options));
    }
    return batch.write(table);
  }

  private interface WriteMaker {
    Write make();
  }

  /** Writes of a batch and the results of those that were refused before they were sent. */
  private final class BatchOfWrites {
    private final List<Write> writes;
    private final List<WriteResult> results;
    private final int copies;

    BatchOfWrites(int size, int copies) {
      this.copies = copies;
      writes = new ArrayList<>(size);
      results = new ArrayList<>(size);
    }

    void add(WriteMaker maker) {
      try {
        writes.add(maker.make());
        results.add(null);
      } catch (SednaException e) {
        results.add(failed(0, Errors.toThrift(e)));
      }
    }

    CompletionStage<List<WriteResult>> write(Table table) {
      metrics.wrote(results.size());
      return coordinator
          .write(table, writes, copies)
          .thenApply(
              replies -> {
                int sent = 0;
                for (int i = 0; i < results.size(); i++) {
                  if (results.get(i) == null) {
                    results.set(i, result(writes.get(sent), replies.get(sent)));
                    sent++;
                  }
                }
                return results;
              });
    }
  }

  CompletionStage<WriteResult> touch(long epoch, String name, ByteBuffer buffer, long ttlMs) {
    Table table = checks.writable(epoch, name);
    if (table.isStrong()) {
      metrics.wrote(1);
      return primaryWrites.touch(table, buffer, ttlMs);
    }
    byte[] key = RequestChecks.key(buffer);
    long expiresAtMs = expiry(RequestChecks.ttl(ttlMs));
    metrics.wrote(1);
    return coordinator
        .read(table, List.of(key), true) // The version itself, not what sources' values merge to.
        .thenCompose(
            replies -> {
              StoredVersion newest = record(replies.get(0)).newestLive(clock.wallMillis());
              if (newest == null) {
                return CompletableFuture.completedFuture(new WriteResult(WriteStatus.NOT_FOUND, 0));
              }
              Write write =
                  Coordinator.write(table, MutationKind.TOUCH, key, newest.expiringAt(expiresAtMs));
              return coordinator
                  .write(table, List.of(write))
                  .thenApply(written -> only(write, written.get(0)));
            });
  }

  // -- Writes that only the primary can decide.

  CompletionStage<WriteResult> compareAndSet(
      long epoch,
      String name,
      ByteBuffer key,
      long expectedTimestamp,
      ByteBuffer value,
      WriteOptions options) {
    return primaryWrites.compareAndSet(
        conditional(epoch, name), key, expectedTimestamp, value, options);
  }

  CompletionStage<WriteResult> putIfAbsent(
      long epoch, String name, ByteBuffer key, ByteBuffer value, WriteOptions options) {
    return primaryWrites.putIfAbsent(conditional(epoch, name), key, value, options);
  }

  CompletionStage<WriteResult> compareAndDelete(
      long epoch, String name, ByteBuffer key, long expectedTimestamp, WriteOptions options) {
    return primaryWrites.compareAndDelete(
        conditional(epoch, name), key, expectedTimestamp, options);
  }

  CompletionStage<Long> increment(
      long epoch, String name, ByteBuffer key, long delta, WriteOptions options) {
    return primaryWrites.increment(conditional(epoch, name), key, delta, options);
  }

  CompletionStage<WriteResult> append(
      long epoch, String name, ByteBuffer key, ByteBuffer suffix, WriteOptions options) {
    return primaryWrites.append(conditional(epoch, name), key, suffix, options);
  }

  private Table conditional(long epoch, String name) {
    Table table = checks.writable(epoch, name);
    metrics.wrote(1);
    return table;
  }

  private Write storing(
      Table table, MutationKind kind, byte[] key, byte[] value, WriteOptions options) {
    sampling.served(table, key);
    long ttlMs =
        options != null && options.isSetTtlMs()
            ? RequestChecks.ttl(options.getTtlMs())
            : table.schema().ttlMs();
    return Coordinator.write(
        table,
        kind,
        key,
        StoredVersion.value(
            timestamp(options), source(options), expiry(ttlMs), flags(options), value));
  }

  private Write removal(Table table, byte[] key, WriteOptions options) {
    sampling.served(table, key);
    return Coordinator.write(
        table,
        MutationKind.REMOVE,
        key,
        StoredVersion.tombstone(
            timestamp(options), source(options), expiry(Math.max(1, tombstoneGraceMs))));
  }

  private long timestamp(WriteOptions options) {
    if (options == null || !options.isSetTimestamp()) {
      return clock.now();
    }
    clock.admit(options.getTimestamp());
    return options.getTimestamp();
  }

  private static int source(WriteOptions options) {
    return options != null && options.isSetSource() ? options.getSource() : 0;
  }

  private static int flags(WriteOptions options) {
    return options != null && options.isSetFlags() ? options.getFlags() : 0;
  }

  /** An entry's own options before those of the call. */
  private static WriteOptions of(PutEntry entry, WriteOptions options) {
    if (!entry.isSetTimestamp() && !entry.isSetTtlMs()) {
      return options;
    }
    var merged = options == null ? new WriteOptions() : new WriteOptions(options);
    if (entry.isSetTimestamp()) {
      merged.setTimestamp(entry.getTimestamp());
    }
    if (entry.isSetTtlMs()) {
      merged.setTtlMs(entry.getTtlMs());
    }
    return merged;
  }

  /** When a time to live that begins now ends; 0: never. */
  private long expiry(long ttlMs) {
    return expiry(ttlMs, clock.wallMillis());
  }

  static long expiry(long ttlMs, long nowMs) {
    return ttlMs == 0 || ttlMs > Long.MAX_VALUE - nowMs ? 0 : nowMs + ttlMs;
  }

  private static WriteResult only(Write write, WriteReply reply) {
    if (reply.error() != null) {
      throw reply.error();
    }
    return new WriteResult(reply.status(), write.version().timestamp());
  }

  private static WriteResult result(Write write, WriteReply reply) {
    return reply.error() == null
        ? new WriteResult(reply.status(), write.version().timestamp())
        : failed(write.version().timestamp(), Errors.toThrift(reply.error()));
  }

  /** The status is a required field, so there has to be one; the error is what counts. */
  private static WriteResult failed(long timestamp, SednaError error) {
    return new WriteResult(WriteStatus.OUTDATED, timestamp).setError(error);
  }

  // -- Reads.

  CompletionStage<ReadResult> readLatest(long epoch, String name, ByteBuffer key) {
    Table table = checks.readable(epoch, name);
    metrics.read(1);
    return read(table, List.of(RequestChecks.key(key)), false, table.schema().readQuorum())
        .thenApply(replies -> newest(record(replies.get(0))));
  }

  /**
   * @param options null: the table's
   */
  CompletionStage<List<VersionedValue>> readAll(
      long epoch, String name, ByteBuffer key, ReadOptions options) {
    Table table = checks.readable(epoch, name);
    int copies = RequestChecks.copies(table, options);
    metrics.read(1);
    return read(table, List.of(RequestChecks.key(key)), true, copies)
        .thenApply(
            replies -> {
              var values = new ArrayList<VersionedValue>();
              record(replies.get(0)).live(clock.wallMillis()).forEach(v -> values.add(value(v)));
              return values;
            });
  }

  /**
   * @param options null: the table's
   */
  CompletionStage<List<ReadResult>> multiGet(
      long epoch, String name, List<ByteBuffer> keys, ReadOptions options) {
    Table table = checks.readable(epoch, name);
    int copies = RequestChecks.copies(table, options);
    RequestChecks.batch(keys);
    metrics.read(keys.size());
    var results = new ArrayList<ReadResult>(Collections.nCopies(keys.size(), null));
    var asked = new ArrayList<byte[]>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      try {
        asked.add(RequestChecks.key(keys.get(i)));
      } catch (SednaException e) {
        results.set(i, new ReadResult().setError(Errors.toThrift(e)));
      }
    }
    return read(table, asked, false, copies)
        .thenApply(
            replies -> {
              int next = 0;
              long bytes = 0;
              for (int i = 0; i < results.size(); i++) {
                if (results.get(i) == null) {
                  ReadReply reply = replies.get(next++);
                  bytes += ANSWER_SLACK_BYTES + size(reply);
                  results.set(i, bytes <= maxAnswerBytes ? entry(reply) : full(i, results.size()));
                }
              }
              return results;
            });
  }

  private CompletionStage<List<ReadReply>> read(
      Table table, List<byte[]> keys, boolean allSources, int copies) {
    keys.forEach(key -> sampling.served(table, key));
    return table.isStrong()
        ? primaryCalls.read(table, keys)
        : coordinator.read(table, keys, allSources, copies);
  }

  private int size(ReadReply reply) {
    StoredVersion newest =
        reply.record() == null ? null : reply.record().newestLive(clock.wallMillis());
    return newest == null ? 0 : newest.value().length;
  }

  private static ReadResult full(int answered, int keys) {
    return new ReadResult()
        .setError(
            Errors.toThrift(
                new SednaException(
                    ErrorCode.FRAME_TOO_LARGE,
                    "answer is full after "
                        + answered
                        + " of "
                        + keys
                        + " records; ask for fewer keys at once")));
  }

  private ReadResult entry(ReadReply reply) {
    return reply.error() == null
        ? newest(reply.record())
        : new ReadResult().setError(Errors.toThrift(reply.error()));
  }

  private ReadResult newest(StoredRecord record) {
    StoredVersion newest = record.newestLive(clock.wallMillis());
    return newest == null ? new ReadResult() : new ReadResult().setValue(value(newest));
  }

  private static StoredRecord record(ReadReply reply) {
    if (reply.error() != null) {
      throw reply.error();
    }
    return reply.record();
  }

  private static VersionedValue value(StoredVersion version) {
    var value =
        new VersionedValue(ByteBuffer.wrap(version.value()), version.timestamp(), version.source());
    if (version.expiresAtMs() != 0) {
      value.setExpiresAtMs(version.expiresAtMs());
    }
    if (version.flags() != 0) {
      value.setFlags(version.flags());
    }
    return value;
  }

  // -- Scans.

  CompletionStage<ScanResult> scan(long epoch, String name, ScanRequest request) {
    Table table = checks.readable(epoch, name);
    ScanRange range = RequestChecks.scan(request);
    int copies = RequestChecks.copies(table, request.getOptions());
    metrics.scanned();
    CompletableFuture<ScanBatch> batch =
        table.isStrong() ? primaryCalls.scan(table, range) : coordinator.scan(table, range, copies);
    return batch.thenApply(DataService::toThrift);
  }

  private static ScanResult toThrift(ScanBatch batch) {
    var records = new ArrayList<Record>(batch.records().size());
    for (StoredRecord record : batch.records()) {
      for (StoredVersion version : record.versions()) {
        var sent =
            new Record(
                ByteBuffer.wrap(record.key()),
                ByteBuffer.wrap(version.value()),
                version.timestamp(),
                version.source(),
                record.hash());
        if (version.expiresAtMs() != 0) {
          sent.setExpiresAtMs(version.expiresAtMs());
        }
        records.add(sent);
      }
    }
    return new ScanResult(records, batch.done(), batch.nextHash());
  }
}
