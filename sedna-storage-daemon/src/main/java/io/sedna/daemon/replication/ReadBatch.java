// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.thrift.convert.Errors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Reads of keys of one table, each from as many replicas as are needed. They go in rounds: each
 * daemon gets all the keys that it is asked for in one call; keys that a daemon failed to answer
 * are asked of further replicas in the next round; where those are used up and maps differ, the
 * next round waits for the next map. The batch completes when every key has so many answers or an
 * error.
 *
 * <p>State belongs to the rounds, which follow each other; answers within a round are gathered
 * under this object's lock.
 */
final class ReadBatch {
  private final ReplicationContext context;
  private final Table table;
  private final boolean allSources;
  private final int needed;
  private final long deadlineNanos;
  private final List<Key> keys = new ArrayList<>();
  private final CompletableFuture<List<ReadReply>> done = new CompletableFuture<>();

  // Of the current round, guarded by this.
  private PartitionMap map;
  private int pendingCalls;
  private boolean wantsNewerMap;
  private boolean late;

  /** One key and how far it has come. */
  private static final class Key {
    private final byte[] bytes;
    private final long hash;
    private StoredRecord merged;
    private int[] candidates;
    private int asked;
    private int answers;
    private SednaException lastError;
    private boolean otherMap;
    private SednaException failure;

    Key(byte[] bytes, long hash) {
      this.bytes = bytes;
      this.hash = hash;
    }

    void begin(int[] newCandidates) {
      candidates = newCandidates;
      asked = 0;
      answers = 0;
      otherMap = false;
      merged = StoredRecord.empty(bytes, hash);
    }

    void answer(StoredRecord record) {
      merged = merged.merge(record);
      answers++;
    }
  }

  /**
   * @param needed answers of replicas for each key
   */
  ReadBatch(
      ReplicationContext context, Table table, List<byte[]> keys, boolean allSources, int needed) {
    this.context = context;
    this.table = table;
    this.allSources = allSources;
    this.needed = needed;
    this.deadlineNanos = context.deadlineNanos();
    KeyHash hash = KeyHash.ofTable(table.id());
    for (byte[] key : keys) {
      this.keys.add(new Key(key, hash.hash(key)));
    }
  }

  /** Replies in the order of the keys; never fails as a whole. */
  CompletableFuture<List<ReadReply>> start(PartitionMap first) {
    useMap(first);
    round();
    return done;
  }

  private void useMap(PartitionMap next) {
    map = next;
    int self = context.selfIndex(map);
    for (Key key : keys) {
      if (!isDone(key)) {
        int partition = map.partitionOf(key.hash);
        key.failure = null;
        key.begin(Quorum.members(map, partition, table.schema().replicas(), self));
        if (key.candidates.length == 0) {
          key.failure = Quorum.loading(map, partition);
        }
      }
    }
  }

  private boolean isDone(Key key) {
    return key.candidates != null && key.answers >= needed;
  }

  private void round() {
    Map<Integer, List<Key>> shares = new HashMap<>();
    synchronized (this) {
      wantsNewerMap = false;
      for (Key key : keys) {
        plan(key, shares);
      }
      pendingCalls = shares.size();
    }
    if (shares.isEmpty()) {
      if (wantsNewerMap) {
        awaitNewerMap();
      } else {
        finish();
      }
      return;
    }
    List<Key> own = shares.remove(context.selfIndex(map));
    shares.forEach(this::ask);
    if (own != null) {
      readOwn(own);
    }
  }

  private void plan(Key key, Map<Integer, List<Key>> shares) {
    if (isDone(key) || key.failure != null) {
      return;
    }
    int missing = needed - key.answers;
    if (key.candidates.length - key.asked < missing) {
      if (key.otherMap && !late) {
        wantsNewerMap = true;
        return;
      }
      key.failure =
          Quorum.notEnough(
              "read",
              map,
              map.partitionOf(key.hash),
              needed,
              key.candidates.length,
              key.answers,
              key.lastError);
      return;
    }
    for (int i = 0; i < missing; i++) {
      shares.computeIfAbsent(key.candidates[key.asked++], n -> new ArrayList<>()).add(key);
    }
  }

  private void readOwn(List<Key> share) {
    synchronized (this) {
      for (Key key : share) {
        try {
          key.answer(context.local().read(map.epoch(), table.id(), key.bytes, key.hash));
        } catch (SednaException e) {
          refused(key, e);
        }
      }
    }
    callDone();
  }

  private void ask(int node, List<Key> share) {
    var wanted = new ArrayList<ByteBuffer>(share.size());
    boolean othersLeft = true;
    for (Key key : share) {
      wanted.add(ByteBuffer.wrap(key.bytes));
      othersLeft &= key.asked < key.candidates.length;
    }
    var unused =
        context
            .peers()
            .read(
                map.nodes().get(node),
                map.epoch(),
                table.id(),
                wanted,
                allSources,
                context.answerMs(deadlineNanos, othersLeft))
            .whenComplete((records, failure) -> answered(share, records, failure));
  }

  private void answered(List<Key> share, List<StoredRecord> records, Throwable failure) {
    synchronized (this) {
      for (int i = 0; i < share.size(); i++) {
        if (failure != null) {
          refused(share.get(i), Errors.of(failure));
        } else if (i < records.size()) {
          share.get(i).answer(records.get(i));
        } else {
          share.get(i).failure =
              new SednaException(
                  ErrorCode.FRAME_TOO_LARGE,
                  "answer is full after "
                      + records.size()
                      + " of "
                      + share.size()
                      + " records; ask for fewer keys at once");
        }
      }
    }
    callDone();
  }

  private void refused(Key key, SednaException error) {
    key.lastError = error;
    key.otherMap |= Quorum.meansOtherMap(error.code());
  }

  private void callDone() {
    synchronized (this) {
      if (--pendingCalls > 0) {
        return;
      }
    }
    round();
  }

  private void awaitNewerMap() {
    var unused =
        context
            .maps()
            .await(map.epoch() + 1, context.remainingMs(deadlineNanos))
            .whenComplete(
                (next, noneCame) -> {
                  if (noneCame == null) {
                    useMap(next);
                  } else {
                    late = true;
                  }
                  round();
                });
  }

  private void finish() {
    var replies = new ArrayList<ReadReply>(keys.size());
    for (Key key : keys) {
      replies.add(
          key.failure != null ? new ReadReply(null, key.failure) : new ReadReply(key.merged, null));
    }
    done.complete(replies);
  }
}
