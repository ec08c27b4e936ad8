// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.MapNode;
import io.sedna.thrift.peer.CompareAnswer;
import io.sedna.thrift.peer.CompareRequest;
import io.sedna.thrift.peer.DigestAnswer;
import io.sedna.thrift.peer.DigestRequest;
import io.sedna.thrift.peer.ExchangeAnswer;
import io.sedna.thrift.peer.ExchangeRequest;
import io.sedna.thrift.peer.RepairedPast;
import io.sedna.thrift.peer.RootDigests;
import io.sedna.thrift.peer.SednaPeer;
import io.sedna.thrift.peer.TablePartitions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What replicas ask of each other for repair. The same rules as for {@link Peers}. */
final class RepairPeers {
  private final PeerNetwork network;
  private final long timeoutMs;

  /**
   * @param timeoutMs of each call
   */
  RepairPeers(PeerNetwork network, long timeoutMs) {
    this.network = network;
    this.timeoutMs = timeoutMs;
  }

  CompletableFuture<RootDigests> roots(MapNode node, long epoch, List<TablePartitions> partitions) {
    return network
        .call(
            node,
            "rootDigests",
            new SednaPeer.rootDigests_args(epoch, partitions),
            SednaPeer.rootDigests_result::new,
            timeoutMs)
        .thenApply(SednaPeer.rootDigests_result::getSuccess);
  }

  CompletableFuture<DigestAnswer> digests(MapNode node, long epoch, DigestRequest request) {
    return network
        .call(
            node,
            "partDigests",
            new SednaPeer.partDigests_args(epoch, request),
            SednaPeer.partDigests_result::new,
            timeoutMs)
        .thenApply(SednaPeer.partDigests_result::getSuccess);
  }

  CompletableFuture<CompareAnswer> compare(MapNode node, long epoch, CompareRequest request) {
    return network
        .call(
            node,
            "compareRecords",
            new SednaPeer.compareRecords_args(epoch, request),
            SednaPeer.compareRecords_result::new,
            timeoutMs)
        .thenApply(SednaPeer.compareRecords_result::getSuccess);
  }

  CompletableFuture<ExchangeAnswer> exchange(MapNode node, long epoch, ExchangeRequest request) {
    return network
        .call(
            node,
            "exchangeRecords",
            new SednaPeer.exchangeRecords_args(epoch, request),
            SednaPeer.exchangeRecords_result::new,
            timeoutMs)
        .thenApply(SednaPeer.exchangeRecords_result::getSuccess);
  }

  CompletableFuture<Void> repaired(MapNode node, long epoch, List<RepairedPast> repaired) {
    return network
        .call(
            node,
            "repairedPast",
            new SednaPeer.repairedPast_args(epoch, repaired),
            SednaPeer.repairedPast_result::new,
            timeoutMs)
        .thenApply(result -> null);
  }
}
