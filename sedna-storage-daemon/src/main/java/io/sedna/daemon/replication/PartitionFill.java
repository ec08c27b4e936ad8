// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.PackedRecords;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.PackedBatch;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills this daemon's replica of one partition from every replica that serves it, table by table,
 * batch by batch. From every one, because a write counts as done with W copies: one source alone
 * may be a replica that missed it. (A strong table's from its primary alone, once that serves: it
 * has all that counts, and others may have what does not.) The first one gives a table's records;
 * with the others it is compared ({@link FillComparison}), and they give what they alone hold. A
 * source that fails is asked again at the same hash; one that the map no longer shows as serving is
 * left out. Of eventual tables, replicas that are out of sync are sources too. A replica that
 * catches up is filled with strong tables alone.
 *
 * <p>While a batch of records is stored, on another thread, the next one is asked for already; that
 * one waits until the one before is stored, and nothing else of the fill goes on meanwhile. So a
 * fill holds two batches at the most, and nothing is counted as done before it is stored. Between
 * batches it waits as long as it takes to keep all fills of the daemon together to
 * sedna.transfer.max.bytes.per.second.
 *
 * <p>Belongs to the worker thread of its {@link Transfer}: every method runs there, except that
 * batches are stored elsewhere.
 */
final class PartitionFill {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionFill.class);

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

  /** The primary serves strong tables. */
  private boolean begun;

  /** The primary has told what belongs to the records of strong tables, after those. */
  private boolean completed;

  private Portion current;
  private long nextHash;

  /** With the current source; null: it gives all records. */
  private FillComparison comparison;

  private boolean rangeDone;

  /** A question is under way. */
  private boolean asking;

  /** It waits before it goes on. */
  private boolean pausing;

  /** Changes when what is asked for is not wanted any more. */
  private int turn;

  /** A batch is being stored. */
  private boolean storing;

  /** The batch after the one that is being stored; null: it has not come. */
  private Arrived arrived;

  private long pauseMs = FIRST_PAUSE_MS;
  private long leastPauseMs;
  private long records;
  private boolean started;
  private boolean cancelled;
  private boolean finished;

  /** A table at one run of a source. */
  private record Portion(MapNode source, int tableId) {}

  /** Records from a hash on. */
  private record Arrived(long startHash, PackedBatch batch) {}

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

  void start() {
    started = true;
    step();
  }

  /** Goes on if something has gone wrong that nobody thought of; does nothing otherwise. */
  void nudge() {
    if (started) {
      step();
    }
  }

  /** Asks for the next batch, or ends; does nothing while there is something to wait for. */
  void step() {
    if (cancelled || finished || asking || pausing) {
      return;
    }
    PartitionMap map = transfer.maps().seen().map();
    if (storing) {
      if (comparison == null && !rangeDone && arrived == null && isSource(map, current)) {
        askForRecords(map);
      }
      return;
    }
    while (choose(map)) {
      if (isStrong(current.tableId()) && !begun) {
        ofStrongTables(
            transfer.completion().begin(current.source(), map.epoch(), partition),
            current.source(),
            () -> begun = true);
        return;
      }
      if (comparison == null) {
        askForRecords(map);
        return;
      }
      if (!comparison.done()) {
        comparison.step(map);
        return;
      }
      portionDone(current);
    }
  }

  private boolean isSource(PartitionMap map, Portion portion) {
    return transfer
        .view()
        .catalogue()
        .byId(portion.tableId())
        .filter(
            table ->
                map.replicas(partition).stream()
                    .anyMatch(
                        replica ->
                            replica.node().equals(portion.source())
                                && isSource(map, replica, table)))
        .isPresent();
  }

  private void askForRecords(PartitionMap map) {
    Portion asked = current;
    long startHash = nextHash;
    ScanRange rest =
        ScanRange.of(
            startHash, map.lastHash(partition), transfer.batchBytes(), ScanRange.View.EVERYTHING);
    ask(
        transfer
            .peers()
            .pullRecords(asked.source(), map.epoch(), asked.tableId(), rest, transfer.timeoutMs()),
        PartitionFill::bytes,
        batch -> tookRecords(asked, new Arrived(startHash, batch)));
  }

  static int bytes(PackedBatch batch) {
    return batch.bufferForPacked().remaining();
  }

  /**
   * Asks a source something; the next step is after the answer was taken.
   *
   * @param bytesOf the answer, to keep to the rate
   * @param taker throws a SednaException if it is to be asked again
   */
  <T> void ask(CompletableFuture<T> answer, ToIntFunction<T> bytesOf, Consumer<T> taker) {
    Portion asked = current;
    int askedIn = turn;
    asking = true;
    var unused =
        answer.whenComplete(
            (value, failure) ->
                transfer.onWorker(
                    () -> {
                      asking = false;
                      if (cancelled) {
                        return;
                      }
                      if (askedIn != turn) {
                        step();
                      } else if (failure != null) {
                        retry(asked.source().id() + ": " + Errors.of(failure));
                      } else {
                        answered(value, bytesOf.applyAsInt(value), taker);
                      }
                    }));
  }

  private <T> void answered(T value, int bytes, Consumer<T> taker) {
    leastPauseMs = 0;
    try {
      taker.accept(value);
    } catch (RuntimeException e) {
      retry(Errors.of(e).toString());
      return;
    }
    pauseMs = FIRST_PAUSE_MS;
    transfer.metrics().transferredBytes(bytes);
    pause(Math.max(leastPauseMs, transfer.rate().take(bytes)));
  }

  /** For who takes an answer: the next step has time. */
  void waitAtLeast(long ms) {
    leastPauseMs = ms;
  }

  /** Does something where batches are stored; the next step is after it. */
  void elsewhere(Runnable task) {
    storing = true;
    transfer.store(
        task,
        failure ->
            transfer.onWorker(
                () -> {
                  storing = false;
                  if (cancelled) {
                    return;
                  }
                  if (failure == null) {
                    step();
                  } else {
                    retry(failure.toString());
                  }
                }));
  }

  /** Settles on a portion that is not done; false: there is none for now, or none at all. */
  private boolean choose(PartitionMap map) {
    boolean anySource = false;
    for (Replica replica : map.replicas(partition)) {
      anySource |= replica.state() == ReplicaState.SERVING;
      for (Table table : transfer.view().catalogue().tables()) {
        var portion = new Portion(replica.node(), table.id());
        if (isSource(map, replica, table) && !portionsDone.contains(portion)) {
          if (!portion.equals(current)) {
            current = portion;
            nextHash = map.firstHash(partition);
            rangeDone = false;
            comparison =
                tablesRead.contains(table.id())
                    ? new FillComparison(this, transfer, partition, replica.node(), table)
                    : null;
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

  private boolean isSource(PartitionMap map, Replica source, Table table) {
    return table.isStrong()
        ? map.primary(partition).filter(source.node()::equals).isPresent()
        : source.state().servesEventual() && state == ReplicaState.FILLING;
  }

  private boolean isStrong(int tableId) {
    return transfer.strongTables().anyMatch(table -> table.id() == tableId);
  }

  /** The records are here; what belongs to those of strong tables comes from the primary. */
  private void complete(PartitionMap map) {
    if (completed || transfer.strongTables().findAny().isEmpty()) {
      finish();
      return;
    }
    MapNode primary = map.primary(partition).orElseThrow(); // Some replica serves.
    ofStrongTables(
        transfer.completion().complete(primary, map.epoch(), partition),
        primary,
        () -> completed = true);
  }

  private void ofStrongTables(CompletableFuture<Void> asked, MapNode primary, Runnable done) {
    asking = true;
    var unused =
        asked.whenComplete(
            (nothing, failure) ->
                transfer.onWorker(
                    () -> {
                      asking = false;
                      if (cancelled || finished) {
                        return;
                      }
                      if (failure == null) {
                        done.run();
                        step();
                      } else {
                        retry(primary.id() + ": " + Errors.of(failure));
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

  private void tookRecords(Portion asked, Arrived records) {
    if (storing) {
      arrived = records;
      nextHash = records.batch().getNextHash();
      rangeDone = records.batch().isDone();
    } else {
      store(asked, records);
    }
  }

  private void store(Portion asked, Arrived records) {
    PackedBatch batch = records.batch();
    FillMerge merge = merge(asked.tableId(), batch);
    nextHash = batch.getNextHash();
    rangeDone = batch.isDone();
    if (merge == null) {
      stored(asked, records, null);
      return;
    }
    storing = true;
    transfer.store(merge::run, failure -> transfer.onWorker(() -> stored(asked, records, failure)));
  }

  private void stored(Portion asked, Arrived records, SednaException failure) {
    storing = false;
    if (cancelled) {
      return;
    }
    if (failure != null) {
      turn++;
      arrived = null;
      nextHash = records.startHash();
      rangeDone = false;
      retry(failure.toString());
      return;
    }
    if (arrived != null) {
      Arrived next = arrived;
      arrived = null;
      try {
        store(asked, next);
      } catch (SednaException e) {
        nextHash = next.startHash();
        rangeDone = false;
        retry(e.toString());
        return;
      }
    } else if (rangeDone) {
      tablesRead.add(asked.tableId());
      portionDone(asked);
    }
    step();
  }

  private void portionDone(Portion portion) {
    portionsDone.add(portion);
    current = null;
    comparison = null;
  }

  /**
   * What is to be stored of a batch, after the clock has learnt of it.
   *
   * @return null: there is nothing to do
   */
  FillMerge merge(int tableId, PackedBatch packed) {
    Table table = transfer.view().catalogue().byId(tableId).orElse(null);
    if (table == null) {
      return null; // A table that was dropped meanwhile is done.
    }
    PackedRecords batch = PackedRecords.of(packed.bufferForPacked());
    if (batch.records() == 0) {
      return null;
    }
    KeyHash hash = KeyHash.ofTable(tableId);
    if (!transfer.clock().observe(batch.newestTimestamp())) {
      // One that is too far ahead is not learnt; the others are.
      batch.unpack(hash).forEach(this::observe);
    }
    records += batch.records();
    transfer.metrics().transferred(batch.records());
    PartitionStore store =
        transfer.engine().store(tableId, partition, TableSettings.options(table));
    return new FillMerge(transfer, table, store, batch, hash);
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
    pause(pauseMs);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }

  private void pause(long ms) {
    if (ms == 0) {
      step();
      return;
    }
    pausing = true;
    transfer.onWorkerAfter(
        ms,
        () -> {
          pausing = false;
          step();
        });
  }
}
