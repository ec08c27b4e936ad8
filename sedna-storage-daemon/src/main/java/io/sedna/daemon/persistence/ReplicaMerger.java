// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.snapshot.SnapshotRecord;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.MutationKind;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Brings records to every replica of their partitions, in batches, a few of them under way at once.
 * What a replica did not take for the moment is sent again by the newest map until it did: merging
 * is idempotent. Not thread-safe; blocks.
 */
final class ReplicaMerger {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int BATCH_RECORDS = 2000;
  private static final int BATCHES_UNDER_WAY = 4;
  private static final long FIRST_PAUSE_MS = 20;
  private static final long LONGEST_PAUSE_MS = 1000;

  /**
   * Beyond what the peers' own time-out is: only a lost answer of a broken implementation takes as
   * long.
   */
  private static final long ANSWER_LIMIT_MS = 60_000;

  private final ClusterView view;
  private final SnapshotPeers peers;
  private final long patienceMs;
  private final Deque<Sending> underWay = new ArrayDeque<>();
  private List<Item> batch = new ArrayList<>();
  private long batchBytes;

  /** A record and where it belongs; compared by identity, for the bytes would take long. */
  private static final class Item {
    final long hash;
    final Mutation mutation;

    Item(long hash, Mutation mutation) {
      this.hash = hash;
      this.mutation = mutation;
    }
  }

  /** A part of a batch at one replica. */
  private record Part(MapNode node, List<Item> items, CompletableFuture<List<Integer>> answer) {}

  private record Sending(List<Part> parts, Set<Item> homeless) {}

  /**
   * @param patienceMs how long replicas may go on refusing for the moment before that is the
   *     failure
   */
  ReplicaMerger(ClusterView view, SnapshotPeers peers, long patienceMs) {
    this.view = view;
    this.peers = peers;
    this.patienceMs = patienceMs;
  }

  /**
   * @throws SednaException what a replica answered, to this record or an earlier one
   */
  void add(int tableId, long hash, SnapshotRecord record) throws InterruptedException {
    batch.add(
        new Item(
            hash,
            new Mutation(
                tableId,
                MutationKind.MERGE,
                ByteBuffer.wrap(record.key()),
                record.timestamp(),
                record.source(),
                record.expiresAtMs(),
                ByteBuffer.wrap(record.value()))));
    batchBytes += record.key().length + record.value().length;
    if (batchBytes >= BATCH_BYTES || batch.size() >= BATCH_RECORDS) {
      sendBatch();
    }
  }

  /** Returns when every replica has every record. */
  void flush() throws InterruptedException {
    if (!batch.isEmpty()) {
      sendBatch();
    }
    while (!underWay.isEmpty()) {
      finish(underWay.removeFirst());
    }
  }

  private void sendBatch() throws InterruptedException {
    while (underWay.size() >= BATCHES_UNDER_WAY) {
      finish(underWay.removeFirst());
    }
    underWay.addLast(send(batch));
    batch = new ArrayList<>();
    batchBytes = 0;
  }

  private Sending send(Iterable<Item> items) {
    Optional<PartitionMap> current = view.map();
    var homeless = new HashSet<Item>();
    if (current.isEmpty()) {
      items.forEach(homeless::add);
      return new Sending(List.of(), homeless);
    }
    PartitionMap map = current.get();
    Map<Integer, List<Item>> byNode = new HashMap<>();
    for (Item item : items) {
      int partition = map.partitionOf(item.hash);
      int replicas = map.replicaCount(partition);
      if (replicas == 0) {
        homeless.add(item);
      }
      for (int i = 0; i < replicas; i++) {
        byNode
            .computeIfAbsent(map.replicaNodeIndex(partition, i), n -> new ArrayList<>())
            .add(item);
      }
    }
    var parts = new ArrayList<Part>(byNode.size());
    byNode.forEach(
        (index, list) -> {
          MapNode node = map.nodes().get(index);
          List<Mutation> mutations = list.stream().map(item -> item.mutation).toList();
          parts.add(new Part(node, list, peers.applyMutations(node, map.epoch(), mutations)));
        });
    return new Sending(parts, homeless);
  }

  private void finish(Sending first) throws InterruptedException {
    long begunAt = System.nanoTime();
    long pauseMs = FIRST_PAUSE_MS;
    Sending sending = first;
    while (true) {
      var refused = new HashSet<Item>(sending.homeless());
      SednaException reason =
          refused.isEmpty()
              ? null
              : new SednaException(ErrorCode.LOADING, "no daemon holds the partition");
      for (Part part : sending.parts()) {
        SednaException failure = await(part, refused);
        reason = failure == null ? reason : failure;
      }
      if (refused.isEmpty()) {
        return;
      }
      if (System.nanoTime() - begunAt > TimeUnit.MILLISECONDS.toNanos(patienceMs)) {
        throw new SednaException(
            reason.code(),
            refused.size()
                + " records were refused for "
                + patienceMs
                + " ms, lastly: "
                + reason.getMessage(),
            reason);
      }
      TimeUnit.MILLISECONDS.sleep(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      sending = send(refused);
    }
  }

  /**
   * Adds the items to send again.
   *
   * @return why, or null where there are none
   */
  private static SednaException await(Part part, Set<Item> refused) throws InterruptedException {
    List<Integer> codes;
    try {
      codes = part.answer().get(ANSWER_LIMIT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      SednaException failure =
          e instanceof TimeoutException
              ? new SednaException(ErrorCode.TIMEOUT, "no answer from " + part.node().id(), e)
              : Errors.of(e);
      requireMomentary(failure);
      refused.addAll(part.items());
      return failure;
    }
    SednaException reason = null;
    for (int i = 0; i < codes.size(); i++) {
      if (codes.get(i) >= ErrorCode.INVALID_ARGUMENT.number()) {
        reason =
            new SednaException(
                ErrorCode.of(codes.get(i)), "a record was refused by " + part.node().id());
        requireMomentary(reason);
        refused.add(part.items().get(i));
      }
    }
    return reason;
  }

  /** A replica that is overloaded now may take the record later; one without memory will not. */
  private static void requireMomentary(SednaException failure) {
    // A table that is being made may be known to the sender before the replica.
    boolean momentary =
        failure.code().category() == ErrorCategory.RETRY
            || failure.code() == ErrorCode.OVERLOADED
            || failure.code() == ErrorCode.TABLE_NOT_FOUND;
    if (!momentary) {
      throw failure;
    }
  }
}
