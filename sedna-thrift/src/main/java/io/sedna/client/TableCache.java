// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.schema.Table;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.convert.Schemas;
import io.sedna.thrift.generated.Sedna;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What is known of one table. Its id is the seed of the hash that routes: a stale one costs a
 * detour at most, because calls name the table. So it is looked up again only when a daemon does
 * not know the name, and now and then. Thread-safe.
 */
final class TableCache {
  private static final long MAX_AGE_NANOS = 30_000_000_000L;

  /** A table and the hash of its keys. */
  record Entry(Table table, KeyHash hash, long atNanos) {
    /** Whether only primaries can do its calls. */
    boolean isStrong() {
      return table.isStrong();
    }

    /** Where reads and plain writes of a key go. */
    Route route(byte[] key) {
      long keyHash = hash.hash(key);
      return isStrong() ? new Route.ToPrimary(keyHash) : new Route.ToHash(keyHash);
    }
  }

  private final ClientCore core;
  private final String name;
  private final AtomicReference<Entry> known = new AtomicReference<>();
  private final AtomicReference<CompletableFuture<Entry>> asking = new AtomicReference<>();

  TableCache(ClientCore core, String name) {
    this.core = core;
    this.name = name;
  }

  /** Null: nothing is known yet. */
  Entry known() {
    Entry entry = known.get();
    if (entry != null && System.nanoTime() - entry.atNanos() > MAX_AGE_NANOS) {
      // In the background: this call goes by what is known.
      var unused = ask();
    }
    return entry;
  }

  CompletableFuture<Entry> ask() {
    var mine = new CompletableFuture<Entry>();
    CompletableFuture<Entry> other = asking.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    var attempts =
        new Attempts<>(
            core,
            new Route.ToAny(),
            (to, epoch, timeoutMs) ->
                core.calls()
                    .call(
                        to,
                        "describeTable",
                        new Sedna.describeTable_args(name),
                        Sedna.describeTable_result::new,
                        result -> Schemas.toCommon(result.getSuccess()),
                        timeoutMs),
            Repeat.FREELY);
    var unused =
        attempts
            .run()
            .whenComplete(
                (table, failure) -> {
                  asking.set(null);
                  if (failure == null) {
                    mine.complete(remember(table));
                  } else {
                    if (Errors.of(failure).code() == ErrorCode.TABLE_NOT_FOUND) {
                      forget();
                    }
                    mine.completeExceptionally(failure);
                  }
                });
    return mine;
  }

  /** The table was dropped, or made anew. */
  void forget() {
    known.set(null);
  }

  private Entry remember(Table table) {
    return known.updateAndGet(
        old ->
            new Entry(
                table,
                old != null && old.table().id() == table.id()
                    ? old.hash()
                    : KeyHash.ofTable(table.id()),
                System.nanoTime()));
  }
}
