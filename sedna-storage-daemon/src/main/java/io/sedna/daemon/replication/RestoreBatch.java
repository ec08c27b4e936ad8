// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.Mutation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Merges that every replica must take, in whatever state it is: records given back from HDFS. All
 * or an error; repeating it does no harm. One daemon's part goes in calls that follow each other,
 * so that a large batch does not crowd out others.
 */
final class RestoreBatch {
  private static final int MAX_CALL_BYTES = 4 << 20;

  private final ReplicationContext context;
  private final Table table;
  private final List<Write> writes;
  private final long deadlineNanos;

  RestoreBatch(ReplicationContext context, Table table, List<Write> writes) {
    this.context = context;
    this.table = table;
    this.writes = writes;
    this.deadlineNanos = context.deadlineNanos();
  }

  CompletableFuture<Void> start(PartitionMap map) {
    Map<Integer, List<Write>> shares = new HashMap<>();
    for (Write write : writes) {
      int partition = map.partitionOf(write.hash());
      if (map.replicaCount(partition) == 0) {
        return CompletableFuture.failedFuture(Quorum.loading(map, partition));
      }
      for (int i = 0; i < map.replicaCount(partition); i++) {
        shares
            .computeIfAbsent(map.replicaNodeIndex(partition, i), n -> new ArrayList<>())
            .add(write);
      }
    }
    int self = context.selfIndex(map);
    var parts = new ArrayList<CompletableFuture<Void>>();
    shares.forEach(
        (node, share) ->
            parts.add(
                node == self ? applyOwn(map, share) : send(map, map.nodes().get(node), share, 0)));
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .exceptionallyCompose(failure -> again(map, Errors.of(failure)));
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> again(PartitionMap map, SednaException failure) {
    if (!Quorum.meansOtherMap(failure.code())) {
      return CompletableFuture.failedFuture(failure);
    }
    return context
        .maps()
        .await(map.epoch() + 1, context.remainingMs(deadlineNanos))
        .thenCompose(this::start);
  }

  private CompletableFuture<Void> applyOwn(PartitionMap map, List<Write> share) {
    for (Write write : share) {
      int code = context.local().apply(map.epoch(), table.id(), write);
      if (code >= ErrorCode.INVALID_ARGUMENT.number()) {
        return CompletableFuture.failedFuture(refused(context.self().value(), code, map));
      }
    }
    return done();
  }

  private CompletableFuture<Void> send(
      PartitionMap map, MapNode node, List<Write> share, int from) {
    var mutations = new ArrayList<Mutation>();
    int bytes = 0;
    int to = from;
    while (to < share.size()
        && (to == from || bytes + share.get(to).wireBytes() <= MAX_CALL_BYTES)) {
      bytes += share.get(to).wireBytes();
      mutations.add(PeerCodec.toMutation(table.id(), share.get(to)));
      to++;
    }
    int end = to;
    return context
        .peers()
        .apply(node, map.epoch(), mutations, context.remainingMs(deadlineNanos))
        .thenCompose(
            codes -> {
              for (int code : codes) {
                if (code >= ErrorCode.INVALID_ARGUMENT.number()) {
                  throw refused(node.id().value(), code, map);
                }
              }
              return end < share.size() ? send(map, node, share, end) : done();
            });
  }

  private static SednaException refused(String node, int code, PartitionMap map) {
    ErrorCode errorCode = ErrorCode.of(code);
    return new SednaException(
        errorCode, "node=" + node + " refused a record: " + errorCode + ", epoch=" + map.epoch());
  }
}
