// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.client.rpc.RpcClient;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.LoadResult;
import io.sedna.thrift.peer.SednaPeer;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.classification.InterfaceAudience;

/** Orders by RPC, and without a detour to this daemon itself. Thread-safe. */
@InterfaceAudience.Private
public final class RpcSnapshotPeers implements SnapshotPeers {
  /** An order is at most a few gigabytes; a daemon that is gone is noticed long before. */
  private static final long ORDER_TIMEOUT_MS = TimeUnit.MINUTES.toMillis(10);

  private final RpcClient client;
  private final NodeId self;
  private final SnapshotOrders own;

  public RpcSnapshotPeers(RpcClient client, NodeId self, SnapshotOrders own) {
    this.client = client;
    this.self = self;
    this.own = own;
  }

  @Override
  public CompletableFuture<List<SnapshotFile>> writeSnapshotFiles(
      MapNode node, SnapshotOrder order) {
    if (node.id().equals(self)) {
      return own.writeSnapshotFiles(order);
    }
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "writeSnapshotFiles",
            new SednaPeer.writeSnapshotFiles_args(order),
            SednaPeer.writeSnapshotFiles_result::new,
            ORDER_TIMEOUT_MS)
        .thenApply(SednaPeer.writeSnapshotFiles_result::getSuccess);
  }

  @Override
  public CompletableFuture<Void> verifySnapshotFiles(MapNode node, LoadOrder order) {
    if (node.id().equals(self)) {
      return own.verifySnapshotFiles(order);
    }
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "verifySnapshotFiles",
            new SednaPeer.verifySnapshotFiles_args(order),
            SednaPeer.verifySnapshotFiles_result::new,
            ORDER_TIMEOUT_MS)
        .thenApply(result -> null);
  }

  @Override
  public CompletableFuture<LoadResult> loadSnapshotFiles(MapNode node, LoadOrder order) {
    if (node.id().equals(self)) {
      return own.loadSnapshotFiles(order);
    }
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "loadSnapshotFiles",
            new SednaPeer.loadSnapshotFiles_args(order),
            SednaPeer.loadSnapshotFiles_result::new,
            ORDER_TIMEOUT_MS)
        .thenApply(SednaPeer.loadSnapshotFiles_result::getSuccess);
  }
}
