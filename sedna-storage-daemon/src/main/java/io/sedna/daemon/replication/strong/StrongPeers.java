// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.replication.PeerCodec;
import io.sedna.daemon.replication.PeerNetwork;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.PeerRecord;
import io.sedna.thrift.peer.RequestOutcome;
import io.sedna.thrift.peer.SednaPeer;
import io.sedna.thrift.peer.TakeOverAnswer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/** What primaries, and those who need them, ask of other daemons. Nothing blocks. */
@InterfaceAudience.Private
public final class StrongPeers {
  private final PeerNetwork network;

  public StrongPeers(PeerNetwork network) {
    this.network = network;
  }

  CompletableFuture<List<PrimaryReply>> call(
      MapNode node, long epoch, int tableId, List<PrimaryCall> calls, long timeoutMs) {
    return network
        .call(
            node,
            "callPrimary",
            new SednaPeer.callPrimary_args(
                epoch, tableId, calls.stream().map(PrimaryCall::toPeer).toList()),
            SednaPeer.callPrimary_result::new,
            timeoutMs)
        .thenApply(
            result -> {
              if (result.getSuccessSize() != calls.size()) {
                throw PeerCodec.wrongCount("calls", calls.size(), result.getSuccessSize());
              }
              return result.getSuccess().stream().map(PrimaryReply::fromPeer).toList();
            });
  }

  CompletableFuture<List<StoredRecord>> read(
      MapNode node, long epoch, int tableId, List<byte[]> keys, long timeoutMs) {
    return network
        .call(
            node,
            "readPrimary",
            new SednaPeer.readPrimary_args(
                epoch, tableId, keys.stream().map(ByteBuffer::wrap).toList()),
            SednaPeer.readPrimary_result::new,
            timeoutMs)
        .thenApply(
            result -> {
              if (result.getSuccessSize() != keys.size()) {
                throw PeerCodec.wrongCount("keys", keys.size(), result.getSuccessSize());
              }
              var records = new ArrayList<StoredRecord>(keys.size());
              for (PeerRecord record : result.getSuccess()) {
                records.add(PeerCodec.fromPeer(record));
              }
              return records;
            });
  }

  CompletableFuture<ScanBatch> scan(
      MapNode node, long epoch, int tableId, ScanRange range, long timeoutMs) {
    return network
        .call(
            node,
            "scanPrimary",
            new SednaPeer.scanPrimary_args(epoch, PeerCodec.toPeer(tableId, range)),
            SednaPeer.scanPrimary_result::new,
            timeoutMs)
        .thenApply(result -> PeerCodec.fromPeer(result.getSuccess()));
  }

  /**
   * @return for each mutation a WriteStatus or the number of an error
   */
  CompletableFuture<List<Integer>> replicate(
      MapNode node, long epoch, NodeId primary, List<Mutation> mutations, long timeoutMs) {
    return network
        .call(
            node,
            "replicate",
            new SednaPeer.replicate_args(epoch, primary.value(), mutations),
            SednaPeer.replicate_result::new,
            timeoutMs)
        .thenApply(
            result -> {
              if (result.getSuccessSize() != mutations.size()) {
                throw PeerCodec.wrongCount("mutations", mutations.size(), result.getSuccessSize());
              }
              return result.getSuccess();
            });
  }

  CompletableFuture<TakeOverAnswer> takeOver(
      MapNode node, long epoch, NodeId primary, List<Integer> partitions, long timeoutMs) {
    return network
        .call(
            node,
            "takeOver",
            new SednaPeer.takeOver_args(epoch, primary.value(), partitions),
            SednaPeer.takeOver_result::new,
            timeoutMs)
        .thenApply(SednaPeer.takeOver_result::getSuccess);
  }

  /** Tells a replica what requests to a partition came to. */
  CompletableFuture<Void> rememberRequests(
      MapNode node,
      long epoch,
      NodeId primary,
      int partition,
      List<RequestOutcome> requests,
      boolean alike,
      long timeoutMs) {
    return network
        .call(
            node,
            "rememberRequests",
            new SednaPeer.rememberRequests_args(epoch, primary.value(), partition, requests, alike),
            SednaPeer.rememberRequests_result::new,
            timeoutMs)
        .thenApply(result -> null);
  }

  /** Fails with NOT_PRIMARY until a node serves a partition as its primary. */
  public CompletableFuture<Void> checkPrimary(
      MapNode node, long epoch, int partition, long timeoutMs) {
    return network
        .call(
            node,
            "checkPrimary",
            new SednaPeer.checkPrimary_args(epoch, partition),
            SednaPeer.checkPrimary_result::new,
            timeoutMs)
        .thenApply(result -> null);
  }

  /** What the primary of a partition remembers of requests to it. */
  public CompletableFuture<List<RequestOutcome>> requestOutcomes(
      MapNode node, long epoch, int partition, long timeoutMs) {
    return network
        .call(
            node,
            "requestOutcomes",
            new SednaPeer.requestOutcomes_args(epoch, partition),
            SednaPeer.requestOutcomes_result::new,
            timeoutMs)
        .thenApply(SednaPeer.requestOutcomes_result::getSuccess);
  }

  CompletableFuture<Void> reportUnreachable(
      MapNode controller, NodeId reporter, long epoch, List<NodeId> nodes, long timeoutMs) {
    return network
        .call(
            controller,
            "reportUnreachable",
            new SednaPeer.reportUnreachable_args(
                reporter.value(), epoch, nodes.stream().map(NodeId::value).toList()),
            SednaPeer.reportUnreachable_result::new,
            timeoutMs)
        .thenApply(result -> null);
  }
}
