// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.thrift.peer.DigestAnswer;
import io.sedna.thrift.peer.DigestRequest;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.PackedBatch;
import io.sedna.thrift.peer.SednaPeer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What this daemon asks of the others about records. Nothing blocks; failures are {@link
 * SednaException}s in the futures, those of {@link PeerNetwork} included.
 */
@InterfaceAudience.Private
public final class Peers {
  private final PeerNetwork network;

  public Peers(PeerNetwork network) {
    this.network = network;
  }

  /**
   * @return for each mutation a WriteStatus (0 to 3) or the number of an error (1000 and above)
   */
  CompletableFuture<List<Integer>> apply(
      MapNode node, long epoch, List<Mutation> mutations, long timeoutMs) {
    return network
        .call(
            node,
            "applyMutations",
            new SednaPeer.applyMutations_args(epoch, mutations),
            SednaPeer.applyMutations_result::new,
            timeoutMs)
        .thenApply(
            result -> {
              if (result.getSuccessSize() != mutations.size()) {
                throw PeerCodec.wrongCount("mutations", mutations.size(), result.getSuccessSize());
              }
              return result.getSuccess();
            });
  }

  /** Has the writes of one table done; the batch is told how it ended. */
  void apply(MapNode node, MutationBatch batch, long timeoutMs) {
    network.apply(node, batch, timeoutMs);
  }

  /**
   * @return records in the order of the keys; fewer than keys if the answer would be too large, at
   *     least one
   */
  CompletableFuture<List<StoredRecord>> read(
      MapNode node,
      long epoch,
      int tableId,
      List<ByteBuffer> keys,
      boolean allSources,
      long timeoutMs) {
    return network
        .call(
            node,
            "readRecords",
            new SednaPeer.readRecords_args(epoch, tableId, keys, allSources),
            SednaPeer.readRecords_result::new,
            timeoutMs)
        .thenApply(
            result -> {
              if (result.getSuccessSize() > keys.size() || result.getSuccessSize() == 0) {
                throw PeerCodec.wrongCount("keys", keys.size(), result.getSuccessSize());
              }
              var records = new ArrayList<StoredRecord>(keys.size());
              result.getSuccess().forEach(record -> records.add(PeerCodec.fromPeer(record)));
              return records;
            });
  }

  /**
   * @param nowMs decides what has expired
   * @return digests of what a read would answer, in the order of the keys ({@link ReadDigest})
   */
  CompletableFuture<List<Long>> digests(
      MapNode node,
      long epoch,
      int tableId,
      List<ByteBuffer> keys,
      boolean allSources,
      long nowMs,
      long timeoutMs) {
    return network
        .call(
            node,
            "readDigests",
            new SednaPeer.readDigests_args(epoch, tableId, keys, allSources, nowMs),
            SednaPeer.readDigests_result::new,
            timeoutMs)
        .thenApply(
            result -> {
              if (result.getSuccessSize() != keys.size()) {
                throw PeerCodec.wrongCount("digests", keys.size(), result.getSuccessSize());
              }
              return result.getSuccess();
            });
  }

  CompletableFuture<ScanBatch> scan(
      MapNode node, long epoch, int tableId, ScanRange range, long timeoutMs) {
    return network
        .call(
            node,
            "scanRecords",
            new SednaPeer.scanRecords_args(epoch, PeerCodec.toPeer(tableId, range)),
            SednaPeer.scanRecords_result::new,
            timeoutMs)
        .thenApply(result -> PeerCodec.fromPeer(result.getSuccess()));
  }

  /** All that a serving replica holds in a range inside one partition, packed. */
  CompletableFuture<PackedBatch> pullRecords(
      MapNode node, long epoch, int tableId, ScanRange range, long timeoutMs) {
    return network
        .call(
            node,
            "pullRecords",
            new SednaPeer.pullRecords_args(
                epoch, tableId, range.startHash(), range.endHash(), range.maxBytes()),
            SednaPeer.pullRecords_result::new,
            timeoutMs)
        .thenApply(SednaPeer.pullRecords_result::getSuccess);
  }

  /** The digests of what it holds there. */
  CompletableFuture<PackedBatch> pullDigests(
      MapNode node, long epoch, int tableId, ScanRange range, long timeoutMs) {
    return network
        .call(
            node,
            "pullDigests",
            new SednaPeer.pullDigests_args(
                epoch, tableId, range.startHash(), range.endHash(), range.maxBytes()),
            SednaPeer.pullDigests_result::new,
            timeoutMs)
        .thenApply(SednaPeer.pullDigests_result::getSuccess);
  }

  /** All that it holds under certain hashes, packed. */
  CompletableFuture<PackedBatch> pullHashes(
      MapNode node, long epoch, int tableId, List<Long> hashes, int maxBytes, long timeoutMs) {
    return network
        .call(
            node,
            "pullHashes",
            new SednaPeer.pullHashes_args(epoch, tableId, hashes, maxBytes),
            SednaPeer.pullHashes_result::new,
            timeoutMs)
        .thenApply(SednaPeer.pullHashes_result::getSuccess);
  }

  /** Digests of its hash tree. */
  CompletableFuture<DigestAnswer> treeDigests(
      MapNode node, long epoch, DigestRequest request, long timeoutMs) {
    return network
        .call(
            node,
            "partDigests",
            new SednaPeer.partDigests_args(epoch, request),
            SednaPeer.partDigests_result::new,
            timeoutMs)
        .thenApply(SednaPeer.partDigests_result::getSuccess);
  }

  /** Answers those that have to be filled anew. */
  CompletableFuture<List<Integer>> partitionsReady(
      MapNode controller, MapNode self, long epoch, List<Integer> partitions, long timeoutMs) {
    return network
        .call(
            controller,
            "partitionsReady",
            new SednaPeer.partitionsReady_args(
                self.id().value(), self.incarnation(), epoch, partitions),
            SednaPeer.partitionsReady_result::new,
            timeoutMs)
        .thenApply(SednaPeer.partitionsReady_result::getSuccess);
  }

  static SednaException noMap() {
    return new SednaException(
        ErrorCode.LOADING, "there is no partition map yet: the instance is starting");
  }
}
