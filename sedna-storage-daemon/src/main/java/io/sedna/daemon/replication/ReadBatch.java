// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.thrift.convert.Errors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Reads of keys of one table, each from as many replicas as are needed. One replica, this daemon's
 * own if it has one, gives the record, the others digests ({@link ReadDigest}): where all agree,
 * the record is the answer. A replica whose digest differs is asked for its record too; what is
 * answered is then the merge of all, and after the answer each of them is given what it lacks
 * ({@link ReadRepair}).
 *
 * <p>Reads go in rounds: each daemon gets all the keys that it is asked for in one call, or one for
 * records and one for digests; keys that a daemon failed to answer are asked of further replicas in
 * the next round; where those are used up and maps differ, the next round waits for the next map.
 * The batch completes when every key has so many answers that agree or were merged, or an error.
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
  private final long nowMs;
  private final List<ReadKey> keys = new ArrayList<>();
  private final CompletableFuture<List<ReadReply>> done = new CompletableFuture<>();

  // Of the current round, guarded by this.
  private PartitionMap map;
  private int pendingCalls;
  private boolean wantsNewerMap;
  private boolean someLeft;
  private boolean late;

  /** Who is asked for what in one call. */
  private record Question(int node, boolean digests) {}

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
    this.nowMs = context.clockMs().getAsLong();
    KeyHash hash = KeyHash.ofTable(table.id());
    for (byte[] key : keys) {
      this.keys.add(new ReadKey(key, hash.hash(key)));
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
    for (ReadKey key : keys) {
      if (!key.isDone(needed)) {
        int partition = map.partitionOf(key.hash());
        key.failure = null;
        key.begin(map, Quorum.members(map, partition, table.schema().replicas(), self));
        if (key.candidates.length == 0) {
          key.failure = Quorum.loading(map, partition);
        }
      }
    }
  }

  private void round() {
    Map<Question, List<ReadKey>> shares = new HashMap<>();
    synchronized (this) {
      wantsNewerMap = false;
      someLeft = false;
      for (ReadKey key : keys) {
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
    List<ReadKey> own = shares.remove(new Question(context.selfIndex(map), false));
    shares.forEach(this::ask);
    if (own != null) {
      readOwn(own);
    }
  }

  private void plan(ReadKey key, Map<Question, List<ReadKey>> shares) {
    if (key.failure != null || key.isDone(needed)) {
      return;
    }
    int missing = needed - key.answers.size();
    if (missing <= 0) {
      for (int node : key.dropDisputedDigests()) {
        context.metrics().digestMismatch();
        add(shares, new Question(node, false), key);
      }
    } else if (key.behind && !late) {
      // Those that are left may have heard as little of what has moved as this daemon.
      wantsNewerMap = true;
      someLeft |= key.candidates.length - key.asked >= missing;
    } else if (key.candidates.length - key.asked >= missing) {
      boolean hasRecord = key.hasRecord();
      for (int i = 0; i < missing; i++) {
        add(shares, new Question(key.candidates[key.asked++], hasRecord || i > 0), key);
      }
    } else if (key.otherMap && !late) {
      wantsNewerMap = true;
    } else {
      key.failure =
          Quorum.notEnough(
              "read",
              map,
              map.partitionOf(key.hash()),
              needed,
              key.candidates.length,
              key.answers.size(),
              key.lastError);
    }
  }

  private static void add(Map<Question, List<ReadKey>> shares, Question question, ReadKey key) {
    shares.computeIfAbsent(question, q -> new ArrayList<>()).add(key);
  }

  private void readOwn(List<ReadKey> share) {
    int self = context.selfIndex(map);
    synchronized (this) {
      for (ReadKey key : share) {
        try {
          answer(key, self, context.local().read(map.epoch(), table.id(), key.key(), key.hash()));
        } catch (SednaException e) {
          key.refused(e);
        }
      }
    }
    callDone();
  }

  /** Takes only what the kind of read is about, so that replicas can be compared. */
  private void answer(ReadKey key, int node, StoredRecord record) {
    List<StoredVersion> versions = versions(record);
    StoredRecord shown =
        versions.size() == record.versions().size()
            ? record
            : StoredRecord.of(key.key(), key.hash(), versions);
    key.answers.add(
        new ReadKey.Answer(node, shown, needed == 1 ? 0 : ReadDigest.of(versions, nowMs)));
  }

  private List<StoredVersion> versions(StoredRecord record) {
    return allSources ? record.versions() : record.newest(nowMs);
  }

  private void ask(Question question, List<ReadKey> share) {
    var wanted = new ArrayList<ByteBuffer>(share.size());
    boolean othersLeft = true;
    for (ReadKey key : share) {
      wanted.add(ByteBuffer.wrap(key.key()));
      othersLeft &= key.asked < key.candidates.length;
    }
    MapNode node = map.nodes().get(question.node());
    long timeoutMs = context.answerMs(deadlineNanos, othersLeft);
    if (question.digests()) {
      var unused =
          context
              .peers()
              .digests(node, map.epoch(), table.id(), wanted, allSources, nowMs, timeoutMs)
              .whenComplete((digests, e) -> digested(question.node(), share, digests, e));
    } else {
      var unused =
          context
              .peers()
              .read(node, map.epoch(), table.id(), wanted, allSources, timeoutMs)
              .whenComplete((records, e) -> answered(question.node(), share, records, e));
    }
  }

  private void digested(int node, List<ReadKey> share, List<Long> digests, Throwable failure) {
    synchronized (this) {
      for (int i = 0; i < share.size(); i++) {
        if (failure != null) {
          share.get(i).refused(Errors.of(failure));
        } else {
          share.get(i).answers.add(new ReadKey.Answer(node, null, digests.get(i)));
        }
      }
    }
    callDone();
  }

  private void answered(
      int node, List<ReadKey> share, List<StoredRecord> records, Throwable failure) {
    synchronized (this) {
      for (int i = 0; i < share.size(); i++) {
        if (failure != null) {
          share.get(i).refused(Errors.of(failure));
        } else if (i < records.size()) {
          answer(share.get(i), node, records.get(i));
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

  private void callDone() {
    synchronized (this) {
      if (--pendingCalls > 0) {
        return;
      }
    }
    round();
  }

  /** If none comes in time, there has to be some left to ask those that have not been. */
  private void awaitNewerMap() {
    var unused =
        context
            .maps()
            .await(map.epoch() + 1, context.answerMs(deadlineNanos, someLeft))
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
    for (ReadKey key : keys) {
      replies.add(
          key.failure != null
              ? new ReadReply(null, key.failure)
              : new ReadReply(Conflicts.counted(table, key.merged()), null));
    }
    done.complete(replies);
    for (int i = 0; i < keys.size(); i++) {
      ReadKey key = keys.get(i);
      if (key.failure == null && key.disputed()) {
        repair(key, replies.get(i).record());
      }
    }
  }

  private void repair(ReadKey key, StoredRecord merged) {
    List<StoredVersion> wanted = versions(merged);
    for (ReadKey.Answer answer : key.answers) {
      List<StoredVersion> missing = Differences.missing(table, wanted, key.recordOf(answer), nowMs);
      context.repair().offer(key.map.nodes().get(answer.node()).id(), table, merged, missing);
    }
  }
}
