// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.WriteOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.thrift.TBase;
import org.apache.thrift.TFieldIdEnum;

/**
 * Writes that depend on what is there, decided by the primary. Strong tables know a change again by
 * its request id, so there it is tried again also where it may have been done; on eventual ones it
 * is not.
 */
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
      io.sedna.client.WriteOptions options) {
    WriteOptions own = options(options);
    return write(
        entry,
        key,
        "compareAndSet",
        epoch ->
            new Sedna.compareAndSet_args(
                epoch, name, ByteBuffer.wrap(key), expectedTimestamp, ByteBuffer.wrap(value), own),
        Sedna.compareAndSet_result::new,
        Sedna.compareAndSet_result::getSuccess);
  }

  CompletableFuture<WriteResult> putIfAbsent(
      TableCache.Entry entry, byte[] key, byte[] value, io.sedna.client.WriteOptions options) {
    WriteOptions own = options(options);
    return write(
        entry,
        key,
        "putIfAbsent",
        epoch ->
            new Sedna.putIfAbsent_args(
                epoch, name, ByteBuffer.wrap(key), ByteBuffer.wrap(value), own),
        Sedna.putIfAbsent_result::new,
        Sedna.putIfAbsent_result::getSuccess);
  }

  CompletableFuture<WriteResult> compareAndDelete(
      TableCache.Entry entry,
      byte[] key,
      long expectedTimestamp,
      io.sedna.client.WriteOptions options) {
    WriteOptions own = options(options);
    return write(
        entry,
        key,
        "compareAndDelete",
        epoch ->
            new Sedna.compareAndDelete_args(
                epoch, name, ByteBuffer.wrap(key), expectedTimestamp, own),
        Sedna.compareAndDelete_result::new,
        Sedna.compareAndDelete_result::getSuccess);
  }

  CompletableFuture<WriteResult> append(
      TableCache.Entry entry, byte[] key, byte[] suffix, io.sedna.client.WriteOptions options) {
    WriteOptions own = options(options);
    return write(
        entry,
        key,
        "append",
        epoch ->
            new Sedna.append_args(epoch, name, ByteBuffer.wrap(key), ByteBuffer.wrap(suffix), own),
        Sedna.append_result::new,
        Sedna.append_result::getSuccess);
  }

  CompletableFuture<Long> increment(
      TableCache.Entry entry, byte[] key, long delta, io.sedna.client.WriteOptions options) {
    WriteOptions own = options(options);
    return call(
        entry,
        key,
        "increment",
        epoch -> new Sedna.increment_args(epoch, name, ByteBuffer.wrap(key), delta, own),
        Sedna.increment_result::new,
        Sedna.increment_result::getSuccess);
  }

  /** With the number that all attempts carry. */
  private WriteOptions options(io.sedna.client.WriteOptions options) {
    return Values.options(options, options.timestamp(), core.requests().next());
  }

  private <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>>
      CompletableFuture<WriteResult> write(
          TableCache.Entry entry,
          byte[] key,
          String method,
          Function<Long, A> args,
          Supplier<R> emptyResult,
          Function<R, io.sedna.thrift.generated.WriteResult> value) {
    return call(
        entry,
        key,
        method,
        args,
        emptyResult,
        value.andThen(
            result -> {
              core.clock().observe(result.getTimestamp());
              return Values.write(result);
            }));
  }

  private <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>, T>
      CompletableFuture<T> call(
          TableCache.Entry entry,
          byte[] key,
          String method,
          Function<Long, A> args,
          Supplier<R> emptyResult,
          Function<R, T> value) {
    return new Attempts<>(
            core,
            new Route.ToPrimary(entry.hash().hash(key)),
            (to, epoch, timeoutMs) ->
                core.calls().call(to, method, args.apply(epoch), emptyResult, value, timeoutMs),
            entry.isStrong() ? Repeat.BY_REQUEST_ID : Repeat.NEVER)
        .run();
  }
}
