// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.ReadAhead;
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

  /** Writes of this daemon's own replicas whose records are looked up together. */
  private static final int GROUP = 16;

  /** For how many writes to one daemon room is made at first. */
  private static final int FEW_WRITES = 64;

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
    private int[] places;
    private int size;

    Share(int room) {
      places = new int[room];
    }

    void add(int index, boolean counts) {
      if (size == places.length) {
        places = Arrays.copyOf(places, 2 * size);
      }
      places[size++] = counts ? index : ~index;
    }

    int index(int i) {
      return places[i] < 0 ? ~places[i] : places[i];
    }

    boolean counts(int i) {
      return places[i] >= 0;
    }
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
        plan(index, indexes.length, shares);
      }
      Share own = shares.remove(self);
      shares.forEach((node, share) -> sendTo(map.nodes().get(node), share));
      if (own != null) {
        writeOwn(map.nodes().get(self), own);
      }
    }

    private void writeOwn(MapNode self, Share own) {
      ReadAhead ahead = new ReadAhead(Math.min(GROUP, own.size));
      for (int from = 0; from < own.size; from += GROUP) {
        int to = Math.min(from + GROUP, own.size);
        if (to - from > 1) {
          ahead.clear();
          for (int i = from; i < to; i++) {
            context.local().expect(table.id(), writes.get(own.index(i)).hash(), ahead);
          }
          ahead.fetchForWrites();
        }
        for (int i = from; i < to; i++) {
          int index = own.index(i);
          ended(self, index, own.counts(i), apply(index), null);
        }
      }
    }

    private int apply(int index) {
      return context.local().apply(map.epoch(), table.id(), writes.get(index));
    }

    private void plan(int index, int all, Map<Integer, Share> shares) {
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
      int filling = Quorum.filling(map, partition);
      int moving = Quorum.moving(map, partition, live, filling);
      boolean allCount = moving > 0 && live == map.replication();
      tallies[index] =
          new WriteTally(
              map,
              partition,
              needed + moving,
              Quorum.counting(map, partition, live, filling, moving),
              table.schema().readQuorum(),
              writes.get(index).kind() != MutationKind.REMOVE
                  || table.schema().conflictPolicy() == ConflictPolicy.LATEST);
      int serving = 0;
      for (int i = 0; i < map.replicaCount(partition); i++) {
        boolean serves = map.replicaState(partition, i).servesEventual();
        if (map.replicaState(partition, i).takesEventual()) {
          int node = map.replicaNodeIndex(partition, i);
          Share share = shares.get(node);
          if (share == null) {
            share = new Share(Math.min(all, FEW_WRITES));
            shares.put(node, share);
          }
          share.add(index, allCount || (serves ? serving < live : moving > 0));
          serving += serves ? 1 : 0;
        }
      }
    }

    private void sendTo(MapNode node, Share share) {
      int from = 0;
      while (from < share.size) {
        int bytes = writes.get(share.index(from)).wireBytes();
        int to = from + 1;
        while (to < share.size) {
          bytes += writes.get(share.index(to)).wireBytes();
          if (bytes > MAX_CALL_BYTES) {
            break;
          }
          to++;
        }
        context
            .peers()
            .apply(node, new Part(node, share, from, to), context.remainingMs(deadlineNanos));
        from = to;
      }
    }

    /** What is sent to one daemon in one call. */
    private final class Part implements MutationBatch {
      private final MapNode node;
      private final Share share;
      private final int from;
      private final int to;

      Part(MapNode node, Share share, int from, int to) {
        this.node = node;
        this.share = share;
        this.from = from;
        this.to = to;
      }

      @Override
      public long epoch() {
        return map.epoch();
      }

      @Override
      public int tableId() {
        return table.id();
      }

      @Override
      public int size() {
        return to - from;
      }

      @Override
      public Write write(int index) {
        return writes.get(share.index(from + index));
      }

      @Override
      public void answered(int[] codes) {
        for (int i = 0; i < codes.length; i++) {
          ended(node, share.index(from + i), share.counts(from + i), codes[i], null);
        }
      }

      @Override
      public void failed(SednaException e) {
        for (int i = from; i < to; i++) {
          ended(node, share.index(i), share.counts(i), e.code().number(), e);
        }
      }
    }

    /**
     * @param error null: there is none, or no more is known of it than the code
     */
    private void ended(MapNode node, int index, boolean counts, int code, SednaException error) {
      keepIfMissed(node, index, code);
      if (counts) {
        count(index, code, error == null ? explain(code, node) : error);
      }
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
