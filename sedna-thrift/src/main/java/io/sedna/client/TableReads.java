// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.Sedna;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The reads of one key, and one batch of a scan. */
final class TableReads {
  private TableReads() {}

  static CompletableFuture<Optional<VersionedValue>> latest(
      ClientCore core, String table, TableCache.Entry entry, byte[] key) {
    return attempts(core, table, entry, key, System.nanoTime()).run();
  }

  /** Of as many copies as are asked for. */
  static CompletableFuture<Optional<VersionedValue>> latest(
      ClientCore core, String table, TableCache.Entry entry, byte[] key, Consistency consistency) {
    return new Attempts<>(
            core,
            entry.route(key),
            (to, epoch, timeoutMs) ->
                core.calls()
                    .call(
                        to,
                        "multiGetWith",
                        new Sedna.multiGetWith_args(
                            epoch,
                            table,
                            List.of(ByteBuffer.wrap(key)),
                            Values.options(consistency)),
                        Sedna.multiGetWith_result::new,
                        result -> latest(core, Values.read(result.getSuccess().get(0))),
                        timeoutMs),
            Repeat.FREELY)
        .run();
  }

  /**
   * @param startNanos when the call began
   */
  static Attempts<Optional<VersionedValue>> attempts(
      ClientCore core, String table, TableCache.Entry entry, byte[] key, long startNanos) {
    return new Attempts<>(
        core,
        entry.route(key),
        (to, epoch, timeoutMs) ->
            core.calls()
                .call(
                    to,
                    "readLatest",
                    new Sedna.readLatest_args(epoch, table, ByteBuffer.wrap(key)),
                    Sedna.readLatest_result::new,
                    result -> latest(core, Values.read(result.getSuccess())),
                    timeoutMs),
        Repeat.FREELY,
        core.requestTimeoutMs(),
        core.pauses(startNanos));
  }

  private static Optional<VersionedValue> latest(ClientCore core, ReadResult result)
      throws SednaException {
    Optional<VersionedValue> value = result.orThrow();
    value.ifPresent(version -> core.clock().observe(version.timestamp()));
    return value;
  }

  static CompletableFuture<List<VersionedValue>> all(
      ClientCore core, String table, TableCache.Entry entry, byte[] key, Consistency consistency) {
    Attempts.Sender<List<VersionedValue>> sender =
        consistency.equals(Consistency.TABLE)
            ? (to, epoch, timeoutMs) ->
                core.calls()
                    .call(
                        to,
                        "readAll",
                        new Sedna.readAll_args(epoch, table, ByteBuffer.wrap(key)),
                        Sedna.readAll_result::new,
                        result -> all(core, Values.versions(result.getSuccess())),
                        timeoutMs)
            : (to, epoch, timeoutMs) ->
                core.calls()
                    .call(
                        to,
                        "readAllWith",
                        new Sedna.readAllWith_args(
                            epoch, table, ByteBuffer.wrap(key), Values.options(consistency)),
                        Sedna.readAllWith_result::new,
                        result -> all(core, Values.versions(result.getSuccess())),
                        timeoutMs);
    return new Attempts<>(core, entry.route(key), sender, Repeat.FREELY).run();
  }

  private static List<VersionedValue> all(ClientCore core, List<VersionedValue> versions) {
    versions.forEach(version -> core.clock().observe(version.timestamp()));
    return versions;
  }

  /** Asks a replica of the partition that the range begins in. */
  static CompletableFuture<ScanBatch> scan(
      ClientCore core, String table, TableCache.Entry entry, ScanSpec spec) {
    return new Attempts<>(
            core,
            entry.isStrong()
                ? new Route.ToPrimary(spec.startHash())
                : new Route.ToHash(spec.startHash()),
            (to, epoch, timeoutMs) ->
                core.calls()
                    .call(
                        to,
                        "scan",
                        new Sedna.scan_args(epoch, table, Values.scan(spec)),
                        Sedna.scan_result::new,
                        result -> Values.scanned(result.getSuccess()),
                        timeoutMs),
            Repeat.FREELY)
        .run();
  }
}
