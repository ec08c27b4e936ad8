// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.replication.strong.PrimaryCall;
import io.sedna.daemon.replication.strong.PrimaryCalls;
import io.sedna.daemon.replication.strong.PrimaryReply;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.PrimaryCallKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;

/**
 * Writes that only a partition's primary can decide: all of strong tables, the conditional ones of
 * every table. Timestamps that callers give are not used: the primary gives the versions.
 * Thread-safe; nothing blocks.
 */
final class PrimaryWrites {
  private static final byte[] NOTHING = {};

  private final PrimaryCalls calls;
  private final HybridClock clock;
  private final long tombstoneGraceMs;

  PrimaryWrites(PrimaryCalls calls, HybridClock clock, long tombstoneGraceMs) {
    this.calls = calls;
    this.clock = clock;
    this.tombstoneGraceMs = tombstoneGraceMs;
  }

  CompletionStage<WriteResult> put(
      Table table, ByteBuffer key, ByteBuffer value, WriteOptions options) {
    return one(table, storing(table, PrimaryCallKind.PUT, key, value, 0, options));
  }

  CompletionStage<WriteResult> remove(Table table, ByteBuffer key, WriteOptions options) {
    return one(table, removing(table, PrimaryCallKind.REMOVE, key, 0, options));
  }

  CompletionStage<WriteResult> touch(Table table, ByteBuffer key, long ttlMs) {
    return one(
        table,
        PrimaryCalls.call(
            table,
            PrimaryCallKind.TOUCH,
            RequestChecks.key(key),
            NOTHING,
            0,
            expiry(RequestChecks.ttl(ttlMs)),
            0,
            0,
            null));
  }

  CompletionStage<WriteResult> compareAndSet(
      Table table, ByteBuffer key, long expected, ByteBuffer value, WriteOptions options) {
    return one(
        table, storing(table, PrimaryCallKind.COMPARE_AND_SET, key, value, expected, options));
  }

  CompletionStage<WriteResult> putIfAbsent(
      Table table, ByteBuffer key, ByteBuffer value, WriteOptions options) {
    return one(table, storing(table, PrimaryCallKind.PUT_IF_ABSENT, key, value, 0, options));
  }

  CompletionStage<WriteResult> compareAndDelete(
      Table table, ByteBuffer key, long expected, WriteOptions options) {
    return one(table, removing(table, PrimaryCallKind.COMPARE_AND_DELETE, key, expected, options));
  }

  CompletionStage<WriteResult> append(
      Table table, ByteBuffer key, ByteBuffer suffix, WriteOptions options) {
    return one(table, storing(table, PrimaryCallKind.APPEND, key, suffix, 0, options));
  }

  CompletionStage<Long> increment(Table table, ByteBuffer key, long delta, WriteOptions options) {
    PrimaryCall call =
        storing(table, PrimaryCallKind.INCREMENT, key, ByteBuffer.wrap(NOTHING), delta, options);
    return calls
        .call(table, List.of(call))
        .thenApply(
            replies -> {
              SednaException error = replies.get(0).error();
              if (error != null) {
                throw error;
              }
              return replies.get(0).number();
            });
  }

  /** Answers in the order of the entries; the request of entry i is the call's, i numbers on. */
  CompletionStage<List<WriteResult>> multiPut(
      Table table, List<PutEntry> entries, WriteOptions options) {
    return many(
        table,
        entries.size(),
        i -> {
          PutEntry entry = entries.get(i);
          WriteOptions own = numbered(options, i);
          if (entry.isSetTtlMs()) {
            own.setTtlMs(entry.getTtlMs());
          }
          return storing(
              table, PrimaryCallKind.PUT, entry.bufferForKey(), entry.bufferForValue(), 0, own);
        });
  }

  /** As {@link #multiPut}. */
  CompletionStage<List<WriteResult>> multiDelete(
      Table table, List<ByteBuffer> keys, WriteOptions options) {
    return many(
        table,
        keys.size(),
        i -> removing(table, PrimaryCallKind.REMOVE, keys.get(i), 0, numbered(options, i)));
  }

  private static WriteOptions numbered(WriteOptions options, int i) {
    var own = options == null ? new WriteOptions() : new WriteOptions(options);
    if (own.isSetRequestId()) {
      own.getRequestId().setSequence(own.getRequestId().getSequence() + i);
    }
    return own;
  }

  private CompletionStage<List<WriteResult>> many(
      Table table, int size, IntFunction<PrimaryCall> maker) {
    var sent = new ArrayList<PrimaryCall>(size);
    var results = new ArrayList<WriteResult>(size);
    for (int i = 0; i < size; i++) {
      try {
        sent.add(maker.apply(i));
        results.add(null);
      } catch (SednaException e) {
        results.add(failed(e));
      }
    }
    return calls
        .call(table, sent)
        .thenApply(
            replies -> {
              int next = 0;
              for (int i = 0; i < size; i++) {
                if (results.get(i) == null) {
                  PrimaryReply reply = replies.get(next++);
                  results.set(i, reply.error() == null ? result(reply) : failed(reply.error()));
                }
              }
              return results;
            });
  }

  private CompletionStage<WriteResult> one(Table table, PrimaryCall call) {
    return calls
        .call(table, List.of(call))
        .thenApply(
            replies -> {
              if (replies.get(0).error() != null) {
                throw replies.get(0).error();
              }
              return result(replies.get(0));
            });
  }

  private static WriteResult result(PrimaryReply reply) {
    return new WriteResult(reply.status(), reply.timestamp());
  }

  /** The status is a required field, so there has to be one; the error is what counts. */
  private static WriteResult failed(SednaException error) {
    return new WriteResult(WriteStatus.OUTDATED, 0).setError(Errors.toThrift(error));
  }

  private PrimaryCall storing(
      Table table,
      PrimaryCallKind kind,
      ByteBuffer key,
      ByteBuffer value,
      long number,
      WriteOptions options) {
    long ttlMs =
        options != null && options.isSetTtlMs()
            ? RequestChecks.ttl(options.getTtlMs())
            : table.schema().ttlMs();
    return call(
        table,
        kind,
        RequestChecks.key(key),
        RequestChecks.value(value),
        number,
        expiry(ttlMs),
        options);
  }

  private PrimaryCall removing(
      Table table, PrimaryCallKind kind, ByteBuffer key, long expected, WriteOptions options) {
    return call(
        table,
        kind,
        RequestChecks.key(key),
        NOTHING,
        expected,
        expiry(Math.max(1, tombstoneGraceMs)),
        options);
  }

  private static PrimaryCall call(
      Table table,
      PrimaryCallKind kind,
      byte[] key,
      byte[] value,
      long number,
      long expiresAtMs,
      WriteOptions options) {
    // Refuses what only eventual tables can be asked for.
    int unused = RequestChecks.copies(table, options);
    boolean given = options != null;
    return PrimaryCalls.call(
        table,
        kind,
        key,
        value,
        number,
        expiresAtMs,
        given && options.isSetSource() ? options.getSource() : 0,
        given && options.isSetFlags() ? options.getFlags() : 0,
        given && options.isSetRequestId() ? checked(options.getRequestId()) : null);
  }

  private static RequestId checked(RequestId id) {
    if (!id.isSetClient() || !id.isSetSequence() || !id.isSetIssuedAtMs()) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "a request id names client, sequence and issuedAtMs: " + id);
    }
    return id;
  }

  private long expiry(long ttlMs) {
    return DataService.expiry(ttlMs, clock.wallMillis());
  }
}
