// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.thrift.convert.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One batch of a scan of a strong table: partition after partition, from the primary of each. Each
 * record is as it was at some moment of the scan; the scan as a whole is not of one moment. Steps
 * follow each other.
 */
final class StrongScan {
  /** Partitions that one call looks into. */
  private static final int MAX_PARTITIONS = 256;

  private static final long PAUSE_MS = 20;

  private final StrongContext context;
  private final PrimaryCalls calls;
  private final Table table;
  private final ScanRange range;
  private final long deadlineNanos;
  private final CompletableFuture<ScanBatch> done = new CompletableFuture<>();
  private final List<StoredRecord> found = new ArrayList<>();
  private long next;
  private long bytes;
  private int steps;

  StrongScan(StrongContext context, PrimaryCalls calls, Table table, ScanRange range) {
    this.context = context;
    this.calls = calls;
    this.table = table;
    this.range = range;
    this.deadlineNanos = context.deadlineNanos();
    this.next = range.startHash();
  }

  CompletableFuture<ScanBatch> start() {
    if (Long.compareUnsigned(range.startHash(), range.endHash()) > 0) {
      done.complete(new ScanBatch(found, true, 0));
    } else {
      step();
    }
    return done;
  }

  private void step() {
    MapTracker.Seen seen = context.maps().seen();
    int primary = seen == null ? -1 : seen.primary(seen.map().partitionOf(next));
    if (primary < 0) {
      failed(
          seen,
          new SednaException(ErrorCode.LOADING, "no replica serves the partition of hash=" + next));
      return;
    }
    int partition = seen.map().partitionOf(next);
    long last = seen.map().lastHash(partition);
    boolean ends = Long.compareUnsigned(last, range.endHash()) >= 0;
    var wanted =
        new ScanRange(
            next,
            ends ? range.endHash() : last,
            range.keyPrefix(),
            range.maxRecords() - found.size(),
            (int) Math.max(1, range.maxBytes() - bytes),
            range.view());
    MapNode node = seen.map().nodes().get(primary);
    var unused =
        calls
            .scanAt(node, table, wanted, context.remainingMs(deadlineNanos))
            .whenComplete(
                (batch, failure) -> {
                  if (failure == null) {
                    take(batch, ends, last);
                  } else {
                    failed(seen, Errors.of(failure));
                  }
                });
  }

  private void take(ScanBatch batch, boolean ends, long last) {
    for (StoredRecord record : batch.records()) {
      found.add(record);
      bytes += record.key().length;
      for (StoredVersion version : record.versions()) {
        bytes += version.value().length;
      }
    }
    steps++;
    if (batch.done() && ends) {
      done.complete(new ScanBatch(found, true, 0));
      return;
    }
    next = batch.done() ? last + 1 : batch.nextHash();
    boolean full = found.size() >= range.maxRecords() || bytes >= range.maxBytes();
    if (full || steps >= MAX_PARTITIONS || context.over(deadlineNanos)) {
      done.complete(new ScanBatch(found, false, next));
    } else {
      step();
    }
  }

  /** What was found before the failure is worth an answer; the next call meets the failure. */
  private void failed(MapTracker.Seen seen, SednaException failure) {
    if (!found.isEmpty()) {
      done.complete(new ScanBatch(found, false, next));
    } else if (!PrimaryCallSender.meansChange(failure.code()) || context.over(deadlineNanos)) {
      done.completeExceptionally(failure);
    } else {
      var unused =
          context
              .maps()
              .await(seen == null ? 1 : seen.epoch() + 1, PAUSE_MS)
              .whenComplete((map, late) -> step());
    }
  }
}
