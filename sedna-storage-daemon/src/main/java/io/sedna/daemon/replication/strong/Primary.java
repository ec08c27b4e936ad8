// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.id.NodeId;
import io.sedna.common.schema.Table;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.PeerCodec;
import io.sedna.daemon.replication.Write;
import io.sedna.daemon.replication.WriteReply;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.PrimaryAnswer;
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
 * <p>On strong tables every answer is linearizable, reads ({@link PrimaryReads}) included. On
 * eventual tables calls see what is here, and count with W copies: another replica may take writes
 * meanwhile.
 *
 * <p>Thread-safe; nothing blocks.
 */
@InterfaceAudience.Private
public final class Primary {
  private static final Logger LOG = LoggerFactory.getLogger(Primary.class);

  private final StrongContext context;
  private final TakeOvers takeOvers;
  private final Coordinator coordinator;
  private final KeyQueues queues = new KeyQueues();
  private final PrimaryGate gate;
  private final GroupDecision decision;
  private final PrimaryReads reads;
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
    this.coordinator = coordinator;
    this.gate = new PrimaryGate(context, takeOvers);
    this.decision = new GroupDecision(context, gate, requests);
    this.reads = new PrimaryReads(context, gate, queues);
    this.reports = takeOvers.reports();
    this.maxBytes = maxBytes;
  }

  StrongContext context() {
    return context;
  }

  /** Fails with NOT_PRIMARY where this daemon does not serve a partition as its primary. */
  CompletionStage<Void> check(long epoch, int partition) {
    return context.caughtUp(
        epoch,
        () -> {
          gate.require(partition);
          return null;
        });
  }

  PrimaryReads reads() {
    return reads;
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
    SednaException refusal = gate.refuse(table, op.call().hash(), true);
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
      Group group = decision.decide(table, ops);
      if (group.mutation == null) {
        counts(group);
      } else if (table.isStrong()) {
        changed.add(group);
      } else {
        spread(table, group);
      }
    }
    if (!changed.isEmpty()) {
      new Round(this).send(changed);
    }
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
    SednaException failure = table != null && table.isStrong() ? unproved(table, group) : null;
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
    return group.mutation == null
        ? null
        : PrimaryGate.tooFew(table, context.maps().seen(), group.partition);
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
    giveUp(
        new Group(group.id, group.partition, group.primarySince, waiting, List.of(), null), gone);
  }

  /** Why this daemon cannot go on with a group; null: it can. */
  SednaException lost(Group group, MapTracker.Seen seen) {
    if (context.view().catalogue().byId(group.id.tableId()).isEmpty()) {
      return new SednaException(
          ErrorCode.TABLE_NOT_FOUND, "the table was dropped: id=" + group.id.tableId());
    }
    // Or is it again: what it had not given to all in time, another primary may have undone.
    return context.isPrimary(seen, group.partition)
            && seen.primarySince()[group.partition] == group.primarySince
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
}
