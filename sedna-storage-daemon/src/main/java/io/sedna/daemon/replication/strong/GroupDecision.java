// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.PeerCodec;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.daemon.replication.Write;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.MutationKind;
import io.sedna.thrift.peer.RequestOutcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides the calls of one key, one after another, by what the primary holds and remembers of
 * requests, and tells what the other replicas must be given. Thread-safe, for different keys.
 */
final class GroupDecision {
  private final StrongContext context;
  private final PrimaryGate gate;
  private final RequestWindows requests;

  GroupDecision(StrongContext context, PrimaryGate gate, RequestWindows requests) {
    this.context = context;
    this.gate = gate;
    this.requests = requests;
  }

  Group decide(Table table, List<Op> ops) {
    PrimaryCall first = ops.get(0).call();
    // Read before anything is done: what another primary decided meanwhile must not be missed.
    MapTracker.Seen seen = context.maps().seen();
    int partition = seen.map().partitionOf(first.hash());
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
        seen.primarySince()[partition],
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
    SednaException refusal = gate.refuse(table, op.call().hash(), true);
    if (refusal != null) {
      throw refusal;
    }
    RequestId id = op.call().request();
    boolean remembers = table.isStrong() && id != null;
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
}
