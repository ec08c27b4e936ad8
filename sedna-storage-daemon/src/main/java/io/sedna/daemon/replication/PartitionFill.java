// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.PackedRecords;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.PackedBatch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills this daemon's replica of one partition from every replica that serves it, table by table,
 * batch by batch. From every one, because a write counts as done with W copies: one source alone
 * may be a replica that missed it. The first one gives a table's records; the others give digests
 * of theirs, and the records of those hashes alone under which they hold something else. A source
 * that fails is asked again at the same hash; one that the map no longer shows as serving is left
 * out. Of eventual tables, replicas that are out of sync are sources too. A replica that catches up
 * is filled with strong tables alone.
 *
 * <p>Between batches it waits as long as it takes to keep all fills of the daemon together to
 * sedna.transfer.max.bytes.per.second.
 *
 * <p>Belongs to the worker thread of its {@link Transfer}: every method runs there.
 */
final class PartitionFill {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionFill.class);

  /** Hashes that are asked for in one call. */
  private static final int MOST_HASHES = 4096;

  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 500;

  private final int partition;
  private final ReplicaState state;
  private long epoch;
  private final Transfer transfer;
  private long primarySince;
  private final long startNanos;

  /** What all sources had before this is here once all are read. */
  private final long mark;

  /** Tables of sources that were read to the end. */
  private final Set<Portion> portionsDone = new HashSet<>();

  /** Tables of which one source gave all records. */
  private final Set<Integer> tablesRead = new HashSet<>();

  /** Sources that have told what belongs to their records, after those. */
  private final Set<MapNode> completed = new HashSet<>();

  private Portion current;
  private long nextHash;

  /** Hashes up to {@link #nextHash} under which the current source holds something else. */
  private List<Long> differing = List.of();

  private boolean rangeDone;
  private long pauseMs = FIRST_PAUSE_MS;
  private long records;
  private boolean cancelled;
  private boolean finished;

  /** A table at one run of a source. */
  private record Portion(MapNode source, int tableId) {}

  /**
   * @param state FILLING, or CATCHING_UP
   * @param epoch the map by which the replica is to be filled
   * @param primarySince since when the partition has had its primary, by that map
   */
  PartitionFill(
      int partition, ReplicaState state, long epoch, Transfer transfer, long primarySince) {
    this.partition = partition;
    this.state = state;
    this.epoch = epoch;
    this.primarySince = primarySince;
    this.transfer = transfer;
    this.startNanos = transfer.nanoTime();
    this.mark = transfer.marks().beginning();
  }

  long mark() {
    return mark;
  }

  int partition() {
    return partition;
  }

  ReplicaState state() {
    return state;
  }

  /** What was written since this map is here, or sent here. */
  long epoch() {
    return epoch;
  }

  /** Since when the partition has had its primary, by the map that was looked at last. */
  long primarySince() {
    return primarySince;
  }

  /** The primary has changed by a map, and what is here is good by that map too. */
  void primaryIs(long since, long newEpoch) {
    primarySince = since;
    epoch = newEpoch;
  }

  boolean finished() {
    return finished;
  }

  void cancel() {
    cancelled = true;
  }

  /** Asks for the next batch, or ends. */
  void step() {
    if (cancelled) {
      return;
    }
    PartitionMap map = transfer.maps().seen().map();
    if (!choose(map)) {
      return;
    }
    ScanRange range =
        ScanRange.of(
            nextHash, map.lastHash(partition), transfer.batchBytes(), ScanRange.View.EVERYTHING);
    Portion asked = current;
    if (!differing.isEmpty()) {
      List<Long> hashes = differing.subList(0, Math.min(differing.size(), MOST_HASHES));
      ask(
          transfer
              .peers()
              .pullHashes(
                  asked.source(),
                  map.epoch(),
                  asked.tableId(),
                  List.copyOf(hashes),
                  transfer.batchBytes(),
                  transfer.timeoutMs()),
          batch -> tookHashes(asked, hashes.size(), batch));
    } else if (tablesRead.contains(asked.tableId())) {
      ask(
          transfer
              .peers()
              .pullDigests(
                  asked.source(), map.epoch(), asked.tableId(), range, transfer.timeoutMs()),
          batch -> compare(asked, range, batch));
    } else {
      ask(
          transfer
              .peers()
              .pullRecords(
                  asked.source(), map.epoch(), asked.tableId(), range, transfer.timeoutMs()),
          batch -> tookRecords(asked, batch));
    }
  }

  /** What is done with an answer. */
  private interface Taker {
    void take(PackedBatch batch);
  }

  private void ask(CompletableFuture<PackedBatch> answer, Taker taker) {
    Portion asked = current;
    var unused =
        answer.whenComplete(
            (batch, failure) -> transfer.onWorker(() -> answered(asked, batch, failure, taker)));
  }

  /** Settles on a portion that is not done; false: there is none for now, or none at all. */
  private boolean choose(PartitionMap map) {
    boolean anySource = false;
    for (Replica replica : map.replicas(partition)) {
      anySource |= replica.state() == ReplicaState.SERVING;
      for (Table table : transfer.view().catalogue().tables()) {
        var portion = new Portion(replica.node(), table.id());
        if (isSource(replica.state(), table) && !portionsDone.contains(portion)) {
          if (!portion.equals(current)) {
            current = portion;
            nextHash = map.firstHash(partition);
            differing = List.of();
            rangeDone = false;
          }
          return true;
        }
      }
    }
    current = null;
    if (anySource) {
      complete(map);
    } else {
      retry("no replica serves it");
    }
    return false;
  }

  private boolean isSource(ReplicaState source, Table table) {
    return table.schema().consistency() == ConsistencyMode.STRONG
        ? source == ReplicaState.SERVING
        : source.servesEventual() && state == ReplicaState.FILLING;
  }

  /** The records are here; what belongs to them comes from where they came from. */
  private void complete(PartitionMap map) {
    for (Replica replica : map.replicas(partition)) {
      if (replica.state() == ReplicaState.SERVING && !completed.contains(replica.node())) {
        complete(replica.node(), map.epoch());
        return;
      }
    }
    finish();
  }

  private void complete(MapNode source, long epoch) {
    var unused =
        transfer
            .completion()
            .complete(source, epoch, partition)
            .whenComplete(
                (done, failure) ->
                    transfer.onWorker(
                        () -> {
                          if (cancelled || finished) {
                            return;
                          }
                          if (failure == null) {
                            completed.add(source);
                            step();
                          } else {
                            retry(source.id() + ": " + Errors.of(failure));
                          }
                        }));
  }

  private void finish() {
    finished = true;
    LOG.debug(
        "Filled partition={}, records={}, ms={}",
        partition,
        records,
        TimeUnit.NANOSECONDS.toMillis(transfer.nanoTime() - startNanos));
    transfer.filled(this);
  }

  private void answered(Portion asked, PackedBatch batch, Throwable failure, Taker taker) {
    if (cancelled) {
      return;
    }
    if (failure != null) {
      retry(asked.source().id() + ": " + Errors.of(failure));
      return;
    }
    int bytes = batch.bufferForPacked().remaining();
    try {
      taker.take(batch);
    } catch (SednaException e) {
      retry(e.toString());
      return;
    }
    pauseMs = FIRST_PAUSE_MS;
    transfer.metrics().transferredBytes(bytes);
    long waitMs = transfer.rate().take(bytes);
    if (waitMs == 0) {
      step();
    } else {
      transfer.onWorkerAfter(waitMs, this::step);
    }
  }

  private void tookRecords(Portion asked, PackedBatch batch) {
    merge(asked.tableId(), batch);
    nextHash = batch.getNextHash();
    rangeDone = batch.isDone();
    if (rangeDone) {
      tablesRead.add(asked.tableId());
    }
    endIfDone(asked);
  }

  private void compare(Portion asked, ScanRange range, PackedBatch batch) {
    PartitionStore store = transfer.engine().find(asked.tableId(), partition);
    long last = batch.isDone() ? range.endHash() : batch.getNextHash() - 1;
    differing =
        PackedDigests.differing(
            batch.bufferForPacked(), ownDigests(store, range.startHash(), last));
    nextHash = batch.getNextHash();
    rangeDone = batch.isDone();
    endIfDone(asked);
  }

  private ByteBuffer ownDigests(PartitionStore store, long first, long last) {
    var own = new ByteArrayOutputStream();
    ScanRange range = ScanRange.of(first, last, transfer.batchBytes(), ScanRange.View.EVERYTHING);
    while (store != null) {
      ScanBatch batch = store.scan(range);
      own.writeBytes(PackedDigests.pack(batch.records()).array());
      if (batch.done()) {
        break;
      }
      range = range.from(batch.nextHash());
    }
    return ByteBuffer.wrap(own.toByteArray());
  }

  private void tookHashes(Portion asked, int hashes, PackedBatch batch) {
    merge(asked.tableId(), batch);
    int taken = batch.isDone() ? hashes : differing.indexOf(batch.getNextHash());
    if (taken <= 0) {
      throw PeerCodec.wrongCount("hashes", hashes, taken);
    }
    differing = differing.subList(taken, differing.size());
    endIfDone(asked);
  }

  private void endIfDone(Portion asked) {
    if (rangeDone && differing.isEmpty()) {
      portionsDone.add(asked);
      current = null;
    }
  }

  private void merge(int tableId, PackedBatch packed) {
    Table table = transfer.view().catalogue().byId(tableId).orElse(null);
    if (table == null) {
      return; // A table that was dropped meanwhile is done.
    }
    PackedRecords batch = PackedRecords.of(packed.bufferForPacked());
    if (batch.records() == 0) {
      return;
    }
    KeyHash hash = KeyHash.ofTable(tableId);
    if (!transfer.clock().observe(batch.newestTimestamp())) {
      // One that is too far ahead is not learnt; the others are.
      batch.unpack(hash).forEach(this::observe);
    }
    Engine engine = transfer.engine();
    PartitionStore store = engine.store(tableId, partition, TableSettings.options(table));
    if (store.merge(batch, hash) == WriteOutcome.OUT_OF_MEMORY) {
      throw TableSettings.outOfMemory(
          engine, transfer.view().self(), transfer.view().self(), table);
    }
    records += batch.records();
    transfer.metrics().transferred(batch.records());
  }

  private void observe(StoredRecord record) {
    for (StoredVersion version : record.versions()) {
      boolean unused = transfer.clock().observe(version.timestamp());
    }
  }

  private void retry(String why) {
    if (pauseMs > FIRST_PAUSE_MS) {
      LOG.warn("Filling partition={} waits {} ms: {}", partition, pauseMs, why);
    }
    transfer.onWorkerAfter(pauseMs, this::step);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}
