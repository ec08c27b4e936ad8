// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.rpc.KeyBatch;
import io.sedna.client.rpc.KeyCall;
import io.sedna.client.rpc.RpcClient;
import io.sedna.common.conf.HostPort;
import io.sedna.thrift.generated.PartitionMapResult;
import io.sedna.thrift.generated.Sedna;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.thrift.TBase;
import org.apache.thrift.TFieldIdEnum;

/**
 * One attempt of one call at one daemon, after those that wait for the same daemon. Thread-safe.
 */
final class Calls {
  private final RpcClient rpc;
  private final int maxUnderWay;
  private final ConcurrentHashMap<HostPort, Gate> gates = new ConcurrentHashMap<>();

  Calls(RpcClient rpc) {
    this.rpc = rpc;
    this.maxUnderWay = rpc.options().maxInflight() * rpc.options().connections();
  }

  <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>, T>
      CompletableFuture<T> call(
          HostPort to,
          String method,
          A args,
          Supplier<R> emptyResult,
          Function<R, T> value,
          long timeoutMs) {
    return gate(to)
        .pass(() -> rpc.call(to.host(), to.port(), method, args, emptyResult, timeoutMs))
        .thenApply(value);
  }

  /** Whoever sends a call of one key passes it, and leaves it when the call has ended. */
  Gate gate(HostPort to) {
    Gate gate = gates.get(to);
    return gate != null ? gate : gates.computeIfAbsent(to, node -> new Gate(maxUnderWay));
  }

  /** Sends a call of one key that has passed the gate. */
  void send(HostPort to, KeyCall<?> call) {
    rpc.call(to.host(), to.port(), call);
  }

  /** Sends a batch that has passed the gate. */
  void send(HostPort to, long epoch, byte[] table, KeyBatch batch, long timeoutMs) {
    rpc.call(to.host(), to.port(), epoch, table, batch, timeoutMs);
  }

  CompletableFuture<PartitionMapResult> partitionMap(HostPort to, long knownEpoch, long timeoutMs) {
    return call(
        to,
        "partitionMap",
        new Sedna.partitionMap_args(knownEpoch),
        Sedna.partitionMap_result::new,
        Sedna.partitionMap_result::getSuccess,
        timeoutMs);
  }
}
