// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.thrift.convert.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One batch of a scan. Partition after partition, R replicas scan the same range in parallel; what
 * they hold up to the least hash that one of them stopped at is merged, so that a batch holds all
 * of R replicas' records of the hashes that it covers. It ends when it is full, at the end of the
 * range, or after some partitions, so that a scan that finds nothing still answers in time.
 *
 * <p>Steps follow each other; no two run at once.
 */
final class ScanCall {
  /** Partitions that one call looks into. */
  private static final int MAX_PARTITIONS = 256;

  /** Records that a replica is asked for at once: so many of the smallest still fit a frame. */
  private static final int MAX_RECORDS_ASKED = 50_000;

  private final ReplicationContext context;
  private final Table table;
  private final ScanRange range;
  private final boolean allSources;

  /** Every source's version is asked for. */
  private final boolean wholeRecords;

  private final int copies;
  private final long deadlineNanos;
  private final CompletableFuture<ScanBatch> done = new CompletableFuture<>();
  private final List<StoredRecord> found = new ArrayList<>();
  private PartitionMap map;
  private long next;
  private long bytes;
  private int steps;

  /**
   * @param range whose view is NEWEST or LIVE
   * @param copies answers of replicas for each part of the range
   */
  ScanCall(ReplicationContext context, Table table, ScanRange range, int copies) {
    this.context = context;
    this.table = table;
    this.allSources = range.view() == ScanRange.View.LIVE;
    this.wholeRecords = allSources || Conflicts.merges(table);
    this.range = range;
    this.copies = copies;
    this.deadlineNanos = context.deadlineNanos();
    this.next = range.startHash();
  }

  CompletableFuture<ScanBatch> start(PartitionMap first) {
    map = first;
    if (Long.compareUnsigned(range.startHash(), range.endHash()) > 0) {
      done.complete(new ScanBatch(found, true, 0));
    } else {
      step();
    }
    return done;
  }

  /** Asks R replicas for the next records of the partition that holds the next hash. */
  private void step() {
    int partition = map.partitionOf(next);
    int[] members =
        Quorum.members(map, partition, table.schema().replicas(), context.selfIndex(map));
    if (members.length == 0) {
      fail(Quorum.loading(map, partition));
    } else {
      new Gathering(partition, members, copies).start();
    }
  }

  private long endOf(int partition) {
    long last = map.lastHash(partition);
    return Long.compareUnsigned(last, range.endHash()) < 0 ? last : range.endHash();
  }

  /** The answers of R replicas about one partition; further ones are asked for those that fail. */
  private final class Gathering {
    private final int partition;
    private final int[] members;
    private final int needed;
    private final ScanRange wanted;
    private final List<ScanBatch> batches = new ArrayList<>(); // guarded by this
    private final List<NodeId> sources = new ArrayList<>(); // of the batches; guarded by this
    private int asked; // guarded by this
    private SednaException error; // guarded by this
    private boolean otherMap; // guarded by this
    private boolean over; // guarded by this

    Gathering(int partition, int[] members, int needed) {
      this.partition = partition;
      this.members = members;
      this.needed = needed;
      this.wanted =
          new ScanRange(
              next,
              endOf(partition),
              range.keyPrefix(),
              Math.min(MAX_RECORDS_ASKED, range.maxRecords() - found.size()),
              (int) Math.max(1, range.maxBytes() - bytes),
              wholeRecords ? ScanRange.View.EVERYTHING : ScanRange.View.NEWEST_WITH_HIDING);
    }

    void start() {
      for (int i = 0; i < Math.max(1, Math.min(needed, members.length)); i++) {
        askNext();
      }
    }

    private void askNext() {
      int node = -1;
      boolean othersLeft = false;
      SednaException failed = null;
      synchronized (this) {
        if (over) {
          return;
        }
        if (members.length < needed || asked == members.length) {
          over = true;
          failed =
              Quorum.notEnough(
                  "scan", map, partition, needed, members.length, batches.size(), error);
        } else {
          node = members[asked++];
          othersLeft = asked < members.length;
        }
      }
      if (failed != null) {
        giveUp(failed);
      } else if (node == context.selfIndex(map)) {
        ScanBatch own;
        try {
          own = context.local().scan(map.epoch(), table.id(), wanted);
        } catch (SednaException e) {
          refused(e);
          return;
        }
        answered(context.self(), own);
      } else {
        MapNode source = map.nodes().get(node);
        var unused =
            context
                .peers()
                .scan(
                    source,
                    map.epoch(),
                    table.id(),
                    wanted,
                    context.answerMs(deadlineNanos, othersLeft))
                .whenComplete(
                    (batch, failure) -> {
                      if (failure == null) {
                        answered(source.id(), batch);
                      } else {
                        refused(Errors.of(failure));
                      }
                    });
      }
    }

    private void answered(NodeId source, ScanBatch batch) {
      synchronized (this) {
        batches.add(batch);
        sources.add(source);
        if (over || batches.size() < needed) {
          return;
        }
        over = true;
      }
      merge(partition, batches, sources);
    }

    private void refused(SednaException e) {
      synchronized (this) {
        error = e;
        otherMap |= Quorum.meansOtherMap(e.code());
      }
      askNext();
    }

    private void giveUp(SednaException failed) {
      if (!otherMap) {
        fail(failed);
        return;
      }
      var unused =
          context
              .maps()
              .await(map.epoch() + 1, context.remainingMs(deadlineNanos))
              .whenComplete(
                  (newer, late) -> {
                    if (late == null) {
                      map = newer;
                      step();
                    } else {
                      fail(failed);
                    }
                  });
    }
  }

  private void merge(int partition, List<ScanBatch> batches, List<NodeId> sources) {
    var merger = new ScanMerger(batches);
    long nowMs = context.clockMs().getAsLong();
    while (merger.hasNext()) {
      StoredRecord record = Conflicts.counted(table, merger.next());
      repair(merger, record, sources, nowMs);
      List<StoredVersion> seen;
      try {
        seen = seen(record, nowMs);
      } catch (SednaException e) {
        next = record.hash();
        fail(e);
        return;
      }
      if (!seen.isEmpty()) {
        long size = size(record.key(), seen);
        if (!fits(record.hash(), size)) {
          finish(false, record.hash());
          return;
        }
        found.add(StoredRecord.of(record.key(), record.hash(), seen));
        bytes += size;
      }
    }
    steps++;
    if (!merger.covered()) {
      goOn(merger.nextHash());
    } else if (endOf(partition) == range.endHash()) {
      finish(true, 0);
    } else {
      goOn(map.lastHash(partition) + 1);
    }
  }

  private void repair(ScanMerger merger, StoredRecord record, List<NodeId> sources, long nowMs) {
    if (copies == 1) {
      return;
    }
    List<StoredVersion> wanted = wholeRecords ? record.versions() : record.newest(nowMs);
    for (int i = 0; i < copies; i++) {
      StoredRecord held = merger.held(i);
      StoredRecord shown = held == null ? StoredRecord.empty(record.key(), record.hash()) : held;
      context
          .repair()
          .offer(sources.get(i), table, record, Differences.missing(table, wanted, shown, nowMs));
    }
  }

  /** Records of equal hash are never parted, and a first one always fits. */
  private boolean fits(long hash, long size) {
    return found.isEmpty()
        || found.get(found.size() - 1).hash() == hash
        || (found.size() < range.maxRecords() && bytes + size <= range.maxBytes());
  }

  private List<StoredVersion> seen(StoredRecord record, long nowMs) {
    if (allSources) {
      return record.live(nowMs);
    }
    StoredVersion newest =
        Conflicts.merges(table)
            ? context.conflicts().one(table, record, nowMs)
            : record.newestLive(nowMs);
    return newest == null ? List.of() : List.of(newest);
  }

  private static long size(byte[] key, List<StoredVersion> versions) {
    long size = key.length;
    for (StoredVersion version : versions) {
      size += version.value().length;
    }
    return size;
  }

  private void goOn(long hash) {
    next = hash;
    boolean full = found.size() >= range.maxRecords() || bytes >= range.maxBytes();
    boolean late = context.timers().nanoTime() - deadlineNanos > -deadlineNanosHalf();
    if (full || late || steps >= MAX_PARTITIONS) {
      finish(false, hash);
    } else {
      step();
    }
  }

  /** With half of the time gone a batch answers what it has. */
  private long deadlineNanosHalf() {
    return context.timeoutMs() * 500_000;
  }

  private void finish(boolean end, long hash) {
    done.complete(new ScanBatch(found, end, hash));
  }

  /** What was found before the failure is worth an answer; the next call meets the failure. */
  private void fail(SednaException e) {
    if (found.isEmpty()) {
      done.completeExceptionally(e);
    } else {
      finish(false, next);
    }
  }
}
