// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.MapNode;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.SednaPeer;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.TBase;
import org.apache.thrift.TFieldIdEnum;

/**
 * Carries calls of {@code SednaPeer} to other daemons. It promises neither order nor an answer: a
 * call whose future fails with UNAVAILABLE or TIMEOUT may have been done, once or, where the caller
 * repeats it, more often. Thread-safe; nothing blocks.
 */
@InterfaceAudience.Private
public interface PeerNetwork {
  /**
   * Calls a method.
   *
   * @param arguments the generated METHOD_args; the caller leaves it alone from now on
   * @param emptyResult makes the generated METHOD_result
   * @return fails with a {@link io.sedna.common.error.SednaException}: the callee's own, or
   *     TIMEOUT, UNAVAILABLE or OVERLOADED
   */
  <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>> CompletableFuture<R> call(
      MapNode node, String method, A arguments, Supplier<R> emptyResult, long timeoutMs);

  /**
   * Has writes done: {@code applyMutations}, by whatever way is shortest. The batch is told how it
   * ended; its failures are those of {@link #call}.
   */
  default void apply(MapNode node, MutationBatch batch, long timeoutMs) {
    var mutations = new ArrayList<Mutation>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      mutations.add(PeerCodec.toMutation(batch.tableId(), batch.write(i)));
    }
    var unused =
        call(
                node,
                "applyMutations",
                new SednaPeer.applyMutations_args(batch.epoch(), mutations),
                SednaPeer.applyMutations_result::new,
                timeoutMs)
            .thenApply(result -> PeerCodec.codes(result.getSuccess(), batch.size()))
            .whenComplete(
                (codes, failure) -> {
                  if (failure == null) {
                    batch.answered(codes);
                  } else {
                    batch.failed(Errors.of(failure));
                  }
                });
  }
}
