// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.admin;

import io.sedna.client.rpc.RpcClient;
import io.sedna.common.partition.MapNode;
import io.sedna.daemon.controller.ControllerPeers;
import io.sedna.daemon.persistence.SnapshotPeers;
import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.LoadResult;
import io.sedna.thrift.peer.PartitionLoads;
import io.sedna.thrift.peer.PeerStatistics;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import io.sedna.thrift.peer.SednaForward;
import io.sedna.thrift.peer.SednaPeer;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/** What daemons ask of each other beyond records. Thread-safe; nothing blocks. */
@InterfaceAudience.Private
public final class RpcPeers implements ControllerPeers, SnapshotPeers {
  /** Above what the callee waits, so that its own answer comes first. */
  private static final long SYNC_TIMEOUT_MS = 6000;

  /** Statistics that come later than this are left out; repairs are asked after again. */
  private static final long STATISTICS_TIMEOUT_MS = 1000;

  /** Some administrative calls look at HDFS before they answer. */
  private static final long ADMIN_TIMEOUT_MS = 60_000;

  /** One order to write, verify or load some files. */
  private static final long ORDER_TIMEOUT_MS = 30 * 60_000;

  private final RpcClient client;

  public RpcPeers(RpcClient client) {
    this.client = client;
  }

  @Override
  public CompletableFuture<Void> syncCatalogue(MapNode node, long version) {
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "syncCatalogue",
            new SednaPeer.syncCatalogue_args(version),
            SednaPeer.syncCatalogue_result::new,
            SYNC_TIMEOUT_MS)
        .thenApply(result -> null);
  }

  @Override
  public CompletableFuture<Void> syncMap(MapNode node, long epoch) {
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "syncMap",
            new SednaPeer.syncMap_args(epoch),
            SednaPeer.syncMap_result::new,
            SYNC_TIMEOUT_MS)
        .thenApply(result -> null);
  }

  @Override
  public CompletableFuture<Void> syncFrozen(MapNode node, boolean frozen) {
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "syncFrozen",
            new SednaPeer.syncFrozen_args(frozen),
            SednaPeer.syncFrozen_result::new,
            SYNC_TIMEOUT_MS)
        .thenApply(result -> null);
  }

  @Override
  public CompletableFuture<RepairProgress> repairPartitions(MapNode node, RepairOrder order) {
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "repairPartitions",
            new SednaPeer.repairPartitions_args(order),
            SednaPeer.repairPartitions_result::new,
            STATISTICS_TIMEOUT_MS)
        .thenApply(SednaPeer.repairPartitions_result::getSuccess);
  }

  @Override
  public CompletableFuture<PartitionLoads> partitionLoads(MapNode node) {
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "partitionLoads",
            new SednaPeer.partitionLoads_args(),
            SednaPeer.partitionLoads_result::new,
            STATISTICS_TIMEOUT_MS)
        .thenApply(SednaPeer.partitionLoads_result::getSuccess);
  }

  CompletableFuture<PeerStatistics> statistics(MapNode node) {
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "peerStatistics",
            new SednaPeer.peerStatistics_args(),
            SednaPeer.peerStatistics_result::new,
            STATISTICS_TIMEOUT_MS)
        .thenApply(SednaPeer.peerStatistics_result::getSuccess);
  }

  /** The answer's bytes, for {@link AdminCodec}. */
  CompletableFuture<byte[]> administer(MapNode node, String method, byte[] arguments) {
    return client
        .call(
            node.host(),
            node.thriftPort(),
            "administer",
            new SednaForward.administer_args(method, ByteBuffer.wrap(arguments)),
            SednaForward.administer_result::new,
            ADMIN_TIMEOUT_MS)
        .thenApply(SednaForward.administer_result::getSuccess);
  }

  @Override
  public CompletableFuture<List<SnapshotFile>> writeSnapshotFiles(
      MapNode node, SnapshotOrder order) {
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
