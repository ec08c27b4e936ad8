// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.wire.RequestId;
import io.sedna.thrift.generated.Sedna;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The writes of one key. On eventual tables each is stamped before the first attempt, so that all
 * attempts are one write; on strong ones the primary stamps it, and knows it again by its request
 * id. See {@link SednaTable} for why.
 */
final class TableWrites {
  private final ClientCore core;
  private final String name;

  TableWrites(ClientCore core, String name) {
    this.core = core;
    this.name = name;
  }

  CompletableFuture<WriteResult> put(
      TableCache.Entry entry, byte[] key, byte[] value, WriteOptions options) {
    return putAgain(
        entry,
        key,
        value,
        options.withTimestamp(stamp(core, entry, options.timestamp())),
        request(entry),
        System.nanoTime(),
        Attempts::run);
  }

  /**
   * @param options with the timestamp that every attempt carries
   * @param request the id that every attempt carries; null: none
   * @param startNanos when the call began
   */
  CompletableFuture<WriteResult> putAgain(
      TableCache.Entry entry,
      byte[] key,
      byte[] value,
      WriteOptions options,
      RequestId request,
      long startNanos,
      Function<Attempts<WriteResult>, CompletableFuture<WriteResult>> how) {
    long stamp = options.timestamp();
    return write(
        entry,
        key,
        stamp,
        startNanos,
        how,
        (to, epoch, timeoutMs) ->
            core.calls()
                .call(
                    to,
                    "writeLatest",
                    new Sedna.writeLatest_args(
                        epoch,
                        name,
                        ByteBuffer.wrap(key),
                        ByteBuffer.wrap(value),
                        Values.options(options, stamp, request)),
                    Sedna.writeLatest_result::new,
                    result -> Values.write(result.getSuccess()),
                    timeoutMs),
        () ->
            TableReads.latest(core, name, entry, key)
                .thenApply(
                    found -> found.filter(v -> isVersion(v, stamp, options.source())).isPresent()));
  }

  CompletableFuture<WriteResult> putAll(
      TableCache.Entry entry, byte[] key, byte[] value, WriteOptions options) {
    long stamp = stamp(core, entry, options.timestamp());
    RequestId request = request(entry);
    return write(
        entry,
        key,
        stamp,
        (to, epoch, timeoutMs) ->
            core.calls()
                .call(
                    to,
                    "writeAll",
                    new Sedna.writeAll_args(
                        epoch,
                        name,
                        ByteBuffer.wrap(key),
                        ByteBuffer.wrap(value),
                        Values.options(options, stamp, request)),
                    Sedna.writeAll_result::new,
                    result -> Values.write(result.getSuccess()),
                    timeoutMs),
        () ->
            TableReads.all(core, name, entry, key, Consistency.TABLE)
                .thenApply(
                    found -> found.stream().anyMatch(v -> isVersion(v, stamp, options.source()))));
  }

  CompletableFuture<WriteResult> delete(TableCache.Entry entry, byte[] key, WriteOptions options) {
    long stamp = stamp(core, entry, options.timestamp());
    RequestId request = request(entry);
    return write(
        entry,
        key,
        stamp,
        (to, epoch, timeoutMs) ->
            core.calls()
                .call(
                    to,
                    "remove",
                    new Sedna.remove_args(
                        epoch, name, ByteBuffer.wrap(key), Values.options(options, stamp, request)),
                    Sedna.remove_result::new,
                    result -> Values.write(result.getSuccess()),
                    timeoutMs),
        // A tombstone shows no version: that nothing is there is what was asked for.
        () -> TableReads.latest(core, name, entry, key).thenApply(Optional::isEmpty));
  }

  CompletableFuture<WriteResult> touch(TableCache.Entry entry, byte[] key, Duration ttl) {
    return new Attempts<>(
            core,
            entry.route(key),
            (to, epoch, timeoutMs) ->
                core.calls()
                    .call(
                        to,
                        "touch",
                        new Sedna.touch_args(epoch, name, ByteBuffer.wrap(key), ttl.toMillis()),
                        Sedna.touch_result::new,
                        result -> Values.write(result.getSuccess()),
                        timeoutMs),
            Repeat.FREELY)
        .run();
  }

  private CompletableFuture<WriteResult> write(
      TableCache.Entry entry,
      byte[] key,
      long stamp,
      Attempts.Sender<WriteResult> sender,
      Supplier<CompletableFuture<Boolean>> stands) {
    return write(entry, key, stamp, System.nanoTime(), Attempts::run, sender, stands);
  }

  private CompletableFuture<WriteResult> write(
      TableCache.Entry entry,
      byte[] key,
      long stamp,
      long startNanos,
      Function<Attempts<WriteResult>, CompletableFuture<WriteResult>> how,
      Attempts.Sender<WriteResult> sender,
      Supplier<CompletableFuture<Boolean>> stands) {
    var attempts =
        new Attempts<>(
            core,
            entry.route(key),
            sender,
            entry.isStrong() ? Repeat.BY_REQUEST_ID : Repeat.FREELY,
            core.requestTimeoutMs(),
            core.pauses(startNanos));
    return how.apply(attempts)
        .thenCompose(
            result -> {
              core.clock().observe(result.timestamp());
              if (result.status() != WriteStatus.OUTDATED
                  || !attempts.mayBeDone()
                  || entry.isStrong()) {
                return CompletableFuture.completedFuture(result);
              }
              return stands
                  .get()
                  .thenApply(ours -> ours ? new WriteResult(WriteStatus.OK, stamp) : result);
            });
  }

  /** The caller's timestamp, or one for all attempts; 0: the primary gives it one. */
  static long stamp(ClientCore core, TableCache.Entry entry, long given) {
    return given != 0 || entry.isStrong() ? given : core.clock().next();
  }

  /** Null: the table knows writes again by their timestamps. */
  private RequestId request(TableCache.Entry entry) {
    return entry.isStrong() ? core.requests().next() : null;
  }

  static boolean isVersion(VersionedValue value, long stamp, int source) {
    return value.timestamp() == stamp && value.source() == source;
  }
}
