// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.Table;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.MutationKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Writes of one table on their way to their replicas. Each daemon gets all that concerns it in as
 * few calls as frames allow; this daemon's own replicas are written meanwhile, inline. Answers are
 * counted write by write ({@link WriteTally}); the batch completes when the outcome of every write
 * is sure, while what is under way to slower replicas goes on. Writes that were refused because
 * maps differ are sent again by the next map, until the deadline; they keep their versions, so
 * repeating them does no harm. What a replica did not acknowledge is kept for it ({@link Hints}).
 */
final class WriteBatch {
  /** Bytes of mutations in one call; a larger value goes alone. */
  private static final int MAX_CALL_BYTES = 4 << 20;

  private final ReplicationContext context;
  private final Table table;
  private final List<Write> writes;
  private final int needed;
  private final long deadlineNanos;
  private final AtomicReferenceArray<WriteReply> replies;
  private final AtomicInteger undecided;
  private final CompletableFuture<List<WriteReply>> done = new CompletableFuture<>();

  /**
   * @param needed copies before the answer
   */
  WriteBatch(ReplicationContext context, Table table, List<Write> writes, int needed) {
    this.context = context;
    this.table = table;
    this.writes = writes;
    this.needed = needed;
    this.deadlineNanos = context.deadlineNanos();
    this.replies = new AtomicReferenceArray<>(writes.size());
    this.undecided = new AtomicInteger(writes.size());
  }

  /** Replies in the order of the writes; never fails as a whole. */
  CompletableFuture<List<WriteReply>> start(PartitionMap map) {
    int[] all = new int[writes.size()];
    Arrays.setAll(all, i -> i);
    if (all.length == 0) {
      done.complete(List.of());
    } else {
      new Attempt(map, all.length).send(all);
    }
    return done;
  }

  private void decide(int index, WriteReply reply) {
    replies.set(index, reply);
    if (undecided.decrementAndGet() == 0) {
      var all = new ArrayList<WriteReply>(writes.size());
      for (int i = 0; i < writes.size(); i++) {
        all.add(replies.get(i));
      }
      done.complete(all);
    }
  }

  /** What goes to one daemon: places in the batch, and whether each answer counts. */
  private static final class Share {
    private final List<Integer> indexes = new ArrayList<>();
    private final List<Boolean> counts = new ArrayList<>();
  }

  /** One sending of some of the writes by one map. */
  private final class Attempt {
    private final PartitionMap map;
    private final WriteTally[] tallies = new WriteTally[writes.size()];

    /** Writes of this attempt whose outcome is open; those to be repeated are decided later. */
    private final AtomicInteger open;

    private final List<Integer> again = new ArrayList<>(); // guarded by itself

    Attempt(PartitionMap map, int size) {
      this.map = map;
      this.open = new AtomicInteger(size);
    }

    void send(int[] indexes) {
      int self = context.selfIndex(map);
      Map<Integer, Share> shares = new HashMap<>();
      for (int index : indexes) {
        plan(index, shares);
      }
      Share own = shares.remove(self);
      shares.forEach((node, share) -> sendTo(map.nodes().get(node), share));
      if (own != null) {
        for (int i = 0; i < own.indexes.size(); i++) {
          int index = own.indexes.get(i);
          int code = context.local().apply(map.epoch(), table.id(), writes.get(index));
          keepIfMissed(map.nodes().get(self), index, code);
          if (own.counts.get(i)) {
            count(index, code, explain(code, map.nodes().get(self)));
          }
        }
      }
    }

    private void plan(int index, Map<Integer, Share> shares) {
      int partition = map.partitionOf(writes.get(index).hash());
      int live = Quorum.size(map, partition, table.schema().replicas());
      if (live == 0) {
        close(index, WriteReply.failed(Quorum.loading(map, partition)));
        return;
      }
      if (live < needed) {
        close(index, WriteReply.failed(Quorum.notEnough("write", map, partition, needed, live, 0)));
        return;
      }
      tallies[index] =
          new WriteTally(
              map,
              partition,
              needed,
              live,
              table.schema().readQuorum(),
              writes.get(index).kind() != MutationKind.REMOVE
                  || table.schema().conflictPolicy() == ConflictPolicy.LATEST);
      int serving = 0;
      for (int i = 0; i < map.replicaCount(partition); i++) {
        boolean serves = map.replicaState(partition, i) == ReplicaState.SERVING;
        if (serves || map.replicaState(partition, i) == ReplicaState.FILLING) {
          Share share =
              shares.computeIfAbsent(map.replicaNodeIndex(partition, i), n -> new Share());
          share.indexes.add(index);
          share.counts.add(serves && serving < live);
          serving += serves ? 1 : 0;
        }
      }
    }

    private void sendTo(MapNode node, Share share) {
      int from = 0;
      while (from < share.indexes.size()) {
        var mutations = new ArrayList<Mutation>();
        int bytes = 0;
        int to = from;
        while (to < share.indexes.size()) {
          Write write = writes.get(share.indexes.get(to));
          if (to > from && bytes + write.wireBytes() > MAX_CALL_BYTES) {
            break;
          }
          bytes += write.wireBytes();
          mutations.add(PeerCodec.toMutation(table.id(), write));
          to++;
        }
        sendPart(node, share, from, mutations);
        from = to;
      }
    }

    private void sendPart(MapNode node, Share share, int from, List<Mutation> mutations) {
      var unused =
          context
              .peers()
              .apply(node, map.epoch(), mutations, context.remainingMs(deadlineNanos))
              .whenComplete(
                  (codes, failure) -> {
                    SednaException error = failure == null ? null : Errors.of(failure);
                    for (int i = 0; i < mutations.size(); i++) {
                      int code = error == null ? codes.get(i) : error.code().number();
                      keepIfMissed(node, share.indexes.get(from + i), code);
                      if (share.counts.get(from + i)) {
                        count(
                            share.indexes.get(from + i),
                            code,
                            error == null ? explain(code, node) : error);
                      }
                    }
                  });
    }

    private void keepIfMissed(MapNode node, int index, int code) {
      if (Hints.isMissed(code)) {
        context.hints().keep(node, table, writes.get(index));
      }
    }

    /** More than the number of an error says; null: there is no more. */
    private SednaException explain(int code, MapNode node) {
      return code == ErrorCode.OUT_OF_MEMORY.number()
          ? context.local().outOfMemory(node.id(), table)
          : null;
    }

    private void count(int index, int code, SednaException error) {
      WriteTally tally = tallies[index];
      WriteReply reply = tally.answer(code, error);
      if (reply == null) {
        return;
      }
      if (reply.error() != null && tally.wantsNewerMap()) {
        synchronized (again) {
          again.add(index);
        }
        replies.set(index, reply); // stands if no newer map comes
        finishOne();
      } else {
        close(index, reply);
      }
    }

    private void close(int index, WriteReply reply) {
      decide(index, reply);
      finishOne();
    }

    private void finishOne() {
      if (open.decrementAndGet() == 0 && !again.isEmpty()) {
        int[] indexes = again.stream().mapToInt(Integer::intValue).toArray();
        var unused =
            context
                .maps()
                .await(map.epoch() + 1, context.remainingMs(deadlineNanos))
                .whenComplete(
                    (newer, late) -> {
                      if (late == null) {
                        new Attempt(newer, indexes.length).send(indexes);
                      } else {
                        for (int index : indexes) {
                          decide(index, replies.get(index));
                        }
                      }
                    });
      }
    }
  }
}
