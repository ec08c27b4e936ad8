// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.thrift.generated.Sedna;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Writes that depend on what is there: not tried again where one may have been done. */
final class TableUpdates {
  private final ClientCore core;
  private final String name;

  TableUpdates(ClientCore core, String name) {
    this.core = core;
    this.name = name;
  }

  CompletableFuture<WriteResult> compareAndSet(
      TableCache.Entry entry,
      byte[] key,
      long expectedTimestamp,
      byte[] value,
      WriteOptions options) {
    return new Attempts<>(
            core,
            new Route.ToHash(entry.hash().hash(key)),
            (to, epoch, timeoutMs) ->
                core.calls()
                    .call(
                        to,
                        "compareAndSet",
                        new Sedna.compareAndSet_args(
                            epoch,
                            name,
                            ByteBuffer.wrap(key),
                            expectedTimestamp,
                            ByteBuffer.wrap(value),
                            Values.options(options)),
                        Sedna.compareAndSet_result::new,
                        result -> Values.write(result.getSuccess()),
                        timeoutMs),
            false)
        .run();
  }

  CompletableFuture<Long> increment(
      TableCache.Entry entry, byte[] key, long delta, WriteOptions options) {
    return new Attempts<>(
            core,
            new Route.ToHash(entry.hash().hash(key)),
            (to, epoch, timeoutMs) ->
                core.calls()
                    .call(
                        to,
                        "increment",
                        new Sedna.increment_args(
                            epoch, name, ByteBuffer.wrap(key), delta, Values.options(options)),
                        Sedna.increment_result::new,
                        Sedna.increment_result::getSuccess,
                        timeoutMs),
            false)
        .run();
  }

  CompletableFuture<WriteResult> append(
      TableCache.Entry entry, byte[] key, byte[] suffix, WriteOptions options) {
    return new Attempts<>(
            core,
            new Route.ToHash(entry.hash().hash(key)),
            (to, epoch, timeoutMs) ->
                core.calls()
                    .call(
                        to,
                        "append",
                        new Sedna.append_args(
                            epoch,
                            name,
                            ByteBuffer.wrap(key),
                            ByteBuffer.wrap(suffix),
                            Values.options(options)),
                        Sedna.append_result::new,
                        result -> Values.write(result.getSuccess()),
                        timeoutMs),
            false)
        .run();
  }
}
