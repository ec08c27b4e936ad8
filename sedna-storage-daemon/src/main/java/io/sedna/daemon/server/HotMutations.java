// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ReadAhead;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.replication.LocalTable;
import io.sedna.daemon.replication.LocalTables;
import io.sedna.thrift.generated.WriteStatus;

/**
 * Does the writes that coordinators send to this daemon's replicas, from the network's memory to
 * the engine's, making no objects. It answers as {@code ReplicaService.applyMutations} would; what
 * that must decide, as writes by another map, is left to it. Not thread-safe; one of these an event
 * loop.
 */
final class HotMutations {
  /** Records that are looked up together. */
  private static final int GROUP = 16;

  private final HybridClock clock;
  private final LocalTables tables;
  private final int maxFrameBytes;
  private final AnswerBuffer out;
  private final HotAnswers answers;
  private final MutationsMessage message = new MutationsMessage();
  private final VersionHead head = new VersionHead();
  private final ReadAhead ahead = new ReadAhead(GROUP);

  HotMutations(
      HybridClock clock,
      LocalTables tables,
      int maxFrameBytes,
      AnswerBuffer out,
      HotAnswers answers) {
    this.clock = clock;
    this.tables = tables;
    this.maxFrameBytes = maxFrameBytes;
    this.out = out;
    this.answers = answers;
  }

  /** Reads a message; true: {@link #serve} may be called. */
  boolean read(long address, int length) {
    return message.read(address, length);
  }

  int sequenceId() {
    return message.sequenceId();
  }

  /**
   * Does the writes.
   *
   * @return whether the answer is in the buffer; if not, the generated path is to do all of them:
   *     doing a write twice does no harm, as its version is the same
   */
  boolean serve() {
    LocalTable table = tables.find(message.tableId());
    if (table == null || message.epoch() > table.epoch() || !canApply(table)) {
      return false;
    }
    int count = message.count();
    answers.beginNumbers(HotCalls.APPLY_MUTATIONS, message.sequenceId(), count);
    message.first();
    for (int from = 0; from < count; from += GROUP) {
      gather(table, Math.min(GROUP, count - from));
      for (int i = 0; i < ahead.count(); i++) {
        message.next();
        answers.number(code(write(ahead.store(i), ahead.hash(i))));
      }
    }
    answers.end();
    if (!table.current()) {
      out.dropFrame();
      return false;
    }
    return true;
  }

  private boolean canApply(LocalTable table) {
    if ((long) message.count() * Integer.BYTES + HotAnswers.HEAD_BYTES > maxFrameBytes) {
      return false;
    }
    message.first();
    for (int i = 0; i < message.count(); i++) {
      message.next();
      if (table.replica(hash(table), message.epoch()) == null) {
        return false;
      }
    }
    return true;
  }

  private long hash(LocalTable table) {
    return table.hash().hash(message.keyAddress(), message.keyLength());
  }

  private void gather(LocalTable table, int count) {
    ahead.clear();
    long place = message.place();
    for (int i = 0; i < count; i++) {
      message.next();
      long hash = hash(table);
      ahead.add(table.replica(hash, message.epoch()), hash);
    }
    message.goTo(place);
    if (count > 1) {
      ahead.fetchForWrites();
    }
  }

  private WriteOutcome write(PartitionStore store, long hash) {
    clock.observe(message.timestamp());
    head.set(message.timestamp(), message.source(), message.flags(), message.expiresAtMs());
    return store.writeLatest(
        message.keyAddress(),
        message.keyLength(),
        hash,
        message.valueAddress(),
        message.valueLength(),
        head);
  }

  private static int code(WriteOutcome outcome) {
    return switch (outcome) {
      case OK -> WriteStatus.OK.getValue();
      case OUTDATED -> WriteStatus.OUTDATED.getValue();
      case OUT_OF_MEMORY -> ErrorCode.OUT_OF_MEMORY.number();
    };
  }
}
