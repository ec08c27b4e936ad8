// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.PeerCodec;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.daemon.replication.Write;
import io.sedna.daemon.replication.WriteReply;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.MutationKind;
import io.sedna.thrift.peer.PrimaryAnswer;
import io.sedna.thrift.peer.RequestOutcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This daemon as the primary of partitions: decides calls one after another for each key, gives
 * what it decided to the other replicas ({@link Round}), and answers what counts by then.
 *
 * <p>On strong tables every answer is linearizable. A read takes what is here, then waits for what
 * was under way, then makes sure that this daemon was the primary all the while: it still is by the
 * newest map, and its lease holds. On eventual tables calls see what is here, and count with W
 * copies: another replica may take writes meanwhile.
 *
 * <p>Thread-safe; nothing blocks.
 */
@InterfaceAudience.Private
public final class Primary {
  private static final Logger LOG = LoggerFactory.getLogger(Primary.class);

  private final StrongContext context;
  private final TakeOvers takeOvers;
  private final RequestWindows requests;
  private final Coordinator coordinator;
  private final KeyQueues queues = new KeyQueues();
  private final UnreachableReports reports;
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param maxBytes of calls that are under way or wait; beyond it calls answer OVERLOADED
   */
  public Primary(
      StrongContext context,
      TakeOvers takeOvers,
      RequestWindows requests,
      Coordinator coordinator,
      long maxBytes) {
    this.context = context;
    this.takeOvers = takeOvers;
    this.requests = requests;
    this.coordinator = coordinator;
    this.reports = takeOvers.reports();
    this.maxBytes = maxBytes;
  }

  StrongContext context() {
    return context;
  }

  UnreachableReports reports() {
    return reports;
  }

  /** Keys whose changes are under way. */
  public int keysUnderWay() {
    return queues.size();
  }

  /** Bytes of calls that are under way or wait. */
  public long bytesUnderWay() {
    return bytes.get();
  }

  // -- For peers.

  public CompletionStage<List<PrimaryAnswer>> callPrimary(
      long epoch, int tableId, List<io.sedna.thrift.peer.PrimaryCall> calls) {
    Table table = table(tableId);
    KeyHash hash = KeyHash.ofTable(tableId);
    return context.caughtUpTo(
        epoch,
        () ->
            context
                .bounded(
                    call(
                        table,
                        current(
                            epoch,
                            calls.stream().map(call -> PrimaryCall.fromPeer(call, hash)).toList())),
                    context.deadlineNanos())
                .thenApply(replies -> replies.stream().map(PrimaryReply::toPeer).toList()));
  }

  /**
   * A call that was sent by a map before this daemon became primary comes too late: another attempt
   * at it may have been answered by the primary before.
   */
  private List<PrimaryCall> current(long epoch, List<PrimaryCall> calls) {
    MapTracker.Seen seen = context.maps().seen();
    for (PrimaryCall call : calls) {
      int partition = seen.map().partitionOf(call.hash());
      if (epoch < seen.primarySince()[partition]) {
        throw new SednaException(
            ErrorCode.STALE_MAP,
            "the call was sent by a map before the partition had this primary: partition="
                + partition
                + ", node="
                + context.self()
                + ", its epoch="
                + seen.epoch()
                + ", the caller's="
                + epoch,
            seen.epoch(),
            null);
      }
    }
    return calls;
  }

  Table table(int tableId) {
    return context
        .view()
        .catalogue()
        .byId(tableId)
        .orElseThrow(
            () ->
                new SednaException(
                    ErrorCode.TABLE_NOT_FOUND, "no table of this id here: id=" + tableId));
  }

  // -- Calls that change something.

  /**
   * Does calls.
   *
   * @return replies in their order; completes when the last one is known
   */
  CompletableFuture<List<PrimaryReply>> call(Table table, List<PrimaryCall> calls) {
    long deadlineNanos = context.deadlineNanos();
    var ops = new ArrayList<Op>(calls.size());
    var begun = new ArrayList<Op>(calls.size());
    for (PrimaryCall call : calls) {
      var op = new Op(call, new CompletableFuture<>(), deadlineNanos);
      ops.add(op);
      try {
        if (admit(table, op)) {
          begun.add(op);
        }
      } catch (SednaException e) {
        op.future().complete(PrimaryReply.failed(e));
      }
    }
    if (!begun.isEmpty()) {
      begin(table, begun.stream().map(List::of).toList());
    }
    return CompletableFuture.allOf(
            ops.stream().map(Op::future).toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> ops.stream().map(op -> op.future().join()).toList());
  }

  /** Answers whether the call is to begin now; it waits for another one of its key otherwise. */
  private boolean admit(Table table, Op op) {
    SednaException refusal = refuse(table, op.call().hash(), true);
    if (refusal != null) {
      throw refusal;
    }
    long size = op.bytes();
    if (bytes.addAndGet(size) > maxBytes) {
      bytes.addAndGet(-size);
      throw new SednaException(
          ErrorCode.OVERLOADED,
          "too much is under way at the primary: bytes=" + bytes.get() + ", limit=" + maxBytes);
    }
    var unused = op.future().whenComplete((reply, failure) -> bytes.addAndGet(-size));
    try {
      return queues.enter(new KeyId(table.id(), op.call().key()), op);
    } catch (SednaException e) {
      op.future().complete(PrimaryReply.failed(e));
      return false;
    }
  }

  /** Calls that begin now, those of each key together. */
  private void begin(Table table, List<List<Op>> keys) {
    var changed = new ArrayList<Group>(keys.size());
    for (List<Op> ops : keys) {
      Group group = decide(table, ops);
      if (group.mutation == null) {
        counts(group);
      } else if (isStrong(table)) {
        changed.add(group);
      } else {
        spread(table, group);
      }
    }
    if (!changed.isEmpty()) {
      new Round(this).send(changed);
    }
  }

  private static boolean isStrong(Table table) {
    return table.schema().consistency() == ConsistencyMode.STRONG;
  }

  private Group decide(Table table, List<Op> ops) {
    PrimaryCall first = ops.get(0).call();
    int partition = context.maps().seen().map().partitionOf(first.hash());
    var replies = new ArrayList<PrimaryReply>(ops.size());
    var outcomes = new ArrayList<RequestOutcome>();
    PartitionStore store =
        context.engine().store(table.id(), partition, TableSettings.options(table));
    boolean changed = false;
    for (Op op : ops) {
      long entered = context.fences().enter(partition);
      try {
        CallDecision.Result result = decide(table, store, partition, op, outcomes);
        replies.add(result.reply());
        changed |= result.changed();
      } catch (SednaException e) {
        replies.add(PrimaryReply.failed(e));
      } finally {
        context.fences().leave(partition, entered);
      }
    }
    KeyId id = new KeyId(table.id(), first.key());
    return new Group(
        id,
        partition,
        ops,
        replies,
        changed
            ? mutation(table, store.read(first.key(), first.hash()), outcomes)
            : outcomes.isEmpty() ? null : note(table, first, outcomes));
  }

  private CallDecision.Result decide(
      Table table, PartitionStore store, int partition, Op op, List<RequestOutcome> outcomes) {
    if (context.over(op.deadlineNanos())) {
      throw new SednaException(
          ErrorCode.TIMEOUT,
          "the call waited too long for others of its key and was not done: partition="
              + partition);
    }
    SednaException refusal = refuse(table, op.call().hash(), true);
    if (refusal != null) {
      throw refusal;
    }
    RequestId id = op.call().request();
    boolean remembers = isStrong(table) && id != null;
    RecentRequests recent = requests.of(partition);
    RequestOutcome before = remembers ? recent.find(id, requests.nowMs()) : null;
    if (before != null) {
      if (!changedSomething(before)) {
        // Another replica may have told of it, and the others not have it: it counts when all do.
        outcomes.add(before);
      }
      return new CallDecision.Result(PrimaryReply.of(before), false);
    }
    CallDecision.Result result =
        CallDecision.apply(op.call(), store, context.clock().wallMillis(), context.clock()::now);
    if (remembers && result.reply().error() == null) {
      var outcome =
          new RequestOutcome(
              id,
              result.reply().status().getValue(),
              result.reply().timestamp(),
              result.reply().number(),
              table.id(),
              op.call().hash());
      recent.add(List.of(outcome), requests.nowMs());
      outcomes.add(outcome);
    }
    return result;
  }

  private static boolean changedSomething(RequestOutcome outcome) {
    return outcome.getStatus() == WriteStatus.OK.getValue();
  }

  /**
   * What nothing was changed by. Every replica must know before the caller does: another attempt at
   * the call, late on its way, must not do at the next primary what the caller was told had not
   * been done.
   */
  private Mutation note(Table table, PrimaryCall call, List<RequestOutcome> outcomes) {
    return new Mutation(
            table.id(),
            MutationKind.NOTE,
            ByteBuffer.wrap(call.key()),
            context.clock().now(),
            0,
            0,
            ByteBuffer.allocate(0))
        .setRequests(outcomes);
  }

  private static Mutation mutation(
      Table table, StoredRecord record, List<RequestOutcome> outcomes) {
    StoredVersion newest = record.versions().get(0);
    Mutation mutation =
        PeerCodec.toMutation(
            table.id(),
            new Write(
                newest.tombstone() ? MutationKind.REMOVE : MutationKind.WRITE_LATEST,
                record.key(),
                record.hash(),
                newest));
    return outcomes.isEmpty() ? mutation : mutation.setRequests(outcomes);
  }

  /** Of an eventual table: the version goes where all writes go, and counts with W copies. */
  private void spread(Table table, Group group) {
    Write write = PeerCodec.toWrite(group.mutation, KeyHash.ofTable(table.id()));
    var unused =
        coordinator
            .write(table, List.of(write))
            .whenComplete(
                (replies, failure) -> {
                  WriteReply reply = failure == null ? replies.get(0) : null;
                  if (reply != null && reply.error() == null) {
                    group.giveUp();
                    counts(group);
                  } else {
                    giveUp(group, reply == null ? Errors.of(failure) : reply.error());
                  }
                });
  }

  // -- For rounds.

  /** Every replica has the group's change, or there was none. */
  void counts(Group group) {
    Table table = context.view().catalogue().byId(group.id.tableId()).orElse(null);
    SednaException failure = table != null && isStrong(table) ? unproved(table, group) : null;
    for (int i = 0; i < group.ops.size(); i++) {
      CompletableFuture<PrimaryReply> future = group.ops.get(i).future();
      future.complete(failure == null ? group.replies.get(i) : PrimaryReply.failed(failure));
    }
    next(group, failure);
  }

  /** Why it cannot be said that a group's calls count; null: they do. */
  private SednaException unproved(Table table, Group group) {
    if (!context.lease().held()) {
      return context.notPrimary(group.partition, "lost its lease meanwhile");
    }
    return group.mutation == null ? null : tooFew(table, context.maps().seen(), group.partition);
  }

  /** It is not known whether the group's change will count. */
  void giveUp(Group group, SednaException failure) {
    if (!group.giveUp()) {
      return;
    }
    for (Op op : group.ops) {
      op.future().complete(PrimaryReply.failed(failure));
    }
    next(group, failure);
  }

  private void next(Group group, SednaException failure) {
    List<Op> waiting = queues.leave(group.id, failure);
    if (waiting.isEmpty()) {
      return;
    }
    Table table = context.view().catalogue().byId(group.id.tableId()).orElse(null);
    if (table != null) {
      // Not from here: a key that many write would grow the stack with each group.
      context.timers().execute(() -> begin(table, List.of(waiting)));
      return;
    }
    var gone =
        new SednaException(
            ErrorCode.TABLE_NOT_FOUND, "the table was dropped: id=" + group.id.tableId());
    giveUp(new Group(group.id, group.partition, waiting, List.of(), null), gone);
  }

  /** Why this daemon cannot go on with a group; null: it can. */
  SednaException lost(Group group, MapTracker.Seen seen) {
    if (context.view().catalogue().byId(group.id.tableId()).isEmpty()) {
      return new SednaException(
          ErrorCode.TABLE_NOT_FOUND, "the table was dropped: id=" + group.id.tableId());
    }
    return context.isPrimary(seen, group.partition)
        ? null
        : context.notPrimary(group.partition, "is not the primary any more");
  }

  /**
   * A replica holds something newer than this primary: it was written by one that this is after.
   */
  void knowsMore(Group group, NodeId node) {
    LOG.warn(
        "Replica on node={} knows more of partition={} than its primary: taking it over again",
        node,
        group.partition);
    takeOvers.again(group.partition);
  }

  // -- Reads.

  /** Why a key cannot be served here; null: it can. */
  private SednaException refuse(Table table, long hash, boolean writes) {
    MapTracker.Seen seen = context.maps().seen();
    if (seen == null) {
      return new SednaException(
          ErrorCode.LOADING, "there is no partition map yet: the instance is starting");
    }
    int partition = seen.map().partitionOf(hash);
    if (!context.isPrimary(seen, partition)) {
      return context.notPrimary(partition, "is not the primary");
    }
    if (!isStrong(table)) {
      return null;
    }
    if (!takeOvers.active(seen, partition)) {
      return context.notPrimary(partition, "is taking the partition over");
    }
    if (!context.lease().held()) {
      return context.notPrimary(partition, "cannot prove that it is the primary");
    }
    return writes ? tooFew(table, seen, partition) : null;
  }

  private static SednaException tooFew(Table table, MapTracker.Seen seen, int partition) {
    int inSync = 0;
    for (int i = 0; i < seen.map().replicaCount(partition); i++) {
      inSync += seen.map().replicaState(partition, i) == ReplicaState.SERVING ? 1 : 0;
    }
    return inSync >= table.schema().minInSync()
        ? null
        : new SednaException(
            ErrorCode.NOT_ENOUGH_REPLICAS,
            "too few replicas are in sync for a write of table "
                + table.name()
                + ": inSync="
                + inSync
                + ", minInSync="
                + table.schema().minInSync()
                + ", partition="
                + partition
                + ", epoch="
                + seen.epoch());
  }

  /** The newest versions of keys of a strong table; fails if one of them cannot be served here. */
  CompletableFuture<List<StoredRecord>> read(Table table, List<byte[]> keys) {
    MapTracker.Seen before = context.maps().seen();
    KeyHash hash = KeyHash.ofTable(table.id());
    var records = new ArrayList<StoredRecord>(keys.size());
    for (byte[] key : keys) {
      long keyHash = hash.hash(key);
      check(table, keyHash);
      PartitionStore store = context.engine().find(table.id(), before.map().partitionOf(keyHash));
      records.add(store == null ? StoredRecord.empty(key, keyHash) : store.read(key, keyHash));
    }
    return settled(table, before, records).thenApply(settled -> records);
  }

  /** The next records of a range inside one partition of a strong table. */
  CompletableFuture<ScanBatch> scan(Table table, ScanRange range) {
    MapTracker.Seen before = context.maps().seen();
    check(table, range.startHash());
    PartitionStore store =
        context.engine().find(table.id(), before.map().partitionOf(range.startHash()));
    ScanBatch batch = store == null ? new ScanBatch(List.of(), true, 0) : store.scan(range);
    return settled(table, before, batch.records())
        .thenApply(
            settled -> {
              checkAgain(table, before, range.startHash());
              return batch;
            });
  }

  private void check(Table table, long hash) {
    SednaException refusal = refuse(table, hash, false);
    if (refusal != null) {
      throw refusal;
    }
  }

  /** As check, and it has been the primary since the map that was seen before. */
  private void checkAgain(Table table, MapTracker.Seen before, long hash) {
    check(table, hash);
    int partition = before.map().partitionOf(hash);
    if (before.primarySince()[partition] != context.maps().seen().primarySince()[partition]) {
      throw context.notPrimary(partition, "was not the primary all the while");
    }
  }

  /** Completes when all that was read counts, and this daemon was the primary all the while. */
  private CompletableFuture<Void> settled(
      Table table, MapTracker.Seen before, List<StoredRecord> records) {
    var waits = new ArrayList<CompletableFuture<Void>>(0);
    for (StoredRecord record : records) {
      CompletableFuture<Void> wait = queues.underWay(new KeyId(table.id(), record.key()));
      if (wait != null) {
        waits.add(wait);
      }
    }
    if (waits.isEmpty()) {
      records.forEach(record -> checkAgain(table, before, record.hash()));
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.allOf(waits.toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> records.forEach(record -> checkAgain(table, before, record.hash())));
  }
}
