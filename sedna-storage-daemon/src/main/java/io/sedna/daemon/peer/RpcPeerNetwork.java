// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.peer;

import io.sedna.client.rpc.RpcClient;
import io.sedna.common.partition.MapNode;
import io.sedna.daemon.replication.MutationBatch;
import io.sedna.daemon.replication.PeerNetwork;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.TBase;
import org.apache.thrift.TFieldIdEnum;

/**
 * {@link PeerNetwork} over sockets. How many bytes may be under way to one daemon is bounded by the
 * client's options: beyond it calls fail with OVERLOADED.
 */
@InterfaceAudience.Private
public final class RpcPeerNetwork implements PeerNetwork {
  private final RpcClient client;

  public RpcPeerNetwork(RpcClient client) {
    this.client = client;
  }

  @Override
  public <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>>
      CompletableFuture<R> call(
          MapNode node, String method, A arguments, Supplier<R> emptyResult, long timeoutMs) {
    return client.call(node.host(), node.thriftPort(), method, arguments, emptyResult, timeoutMs);
  }

  @Override
  public void apply(MapNode node, MutationBatch batch, long timeoutMs) {
    client.call(node.host(), node.thriftPort(), new MutationsCall(batch), timeoutMs);
  }
}
