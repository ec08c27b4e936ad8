// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to when each replica here is known to be complete: before that moment, no other replica had
 * anything that this one has not. A mark is set when a replica has been filled from all that serve,
 * when the map makes a replica serve that needs no filling, and by the primary's word after a round
 * of repair among all replicas of the map ({@link AntiEntropy}). It only ever moves on.
 *
 * <p><b>Tombstones.</b> A tombstone is dropped when its grace is over and it was made before the
 * mark: then every replica has it, or has dropped it for the same reasons. One whose replica is the
 * only one, or a cache's, needs no mark; nor does a strong table's, which every replica that serves
 * had before it was answered.
 *
 * <p><b>Replicas that come back.</b> A daemon that was away, paused or cut off, may still hold what
 * it held when the map took a partition from it. Given the partition again, it is filled, and what
 * was deleted meanwhile is deleted by the others' tombstones: unless those were dropped. They
 * cannot have been while the mark is younger than the grace, because a tombstone is kept for the
 * grace. An older replica is dropped before it is filled ({@link #begin}), in the same step in
 * which the daemon takes the map, so that no write to the new replica is lost with it. That of a
 * strong table is dropped always, also where it alone is filled again because it was out of sync:
 * it may hold what its primary never answered for. (Another run of a daemon holds nothing anyway.)
 *
 * <p><b>What this does not cover.</b> Writes are taken whatever their age: a value older than a
 * tombstone that comes when all replicas have dropped the tombstone is there again. That takes a
 * client that writes with an old timestamp of its own, or a daemon that held the write back for
 * longer than the grace: hints are kept for less than it, and calls end by their timeouts, so it
 * would have to have been paused in the middle of a call. Restoring a snapshot brings back what was
 * deleted since.
 */
@InterfaceAudience.Private
public final class RepairMarks implements MapTracker.Observer, Engine.TombstoneLimit {
  private static final Logger LOG = LoggerFactory.getLogger(RepairMarks.class);

  private final ClusterView view;
  private final Engine engine;
  private final HybridClock clock;
  private final long graceMs;
  private final long marginMs;

  /** Milliseconds by partition, of all tables. */
  private final Map<Integer, Long> ofPartition = new ConcurrentHashMap<>();

  /** Timestamps by table and partition. */
  private final Map<Key, Long> ofTable = new ConcurrentHashMap<>();

  private volatile MapTracker.Seen seen;

  private record Key(int tableId, int partition) {}

  /**
   * @param graceMs how long tombstones are kept
   * @param marginMs by how much clocks may differ, and how long a write may be under way
   */
  RepairMarks(ClusterView view, Engine engine, HybridClock clock, long graceMs, long marginMs) {
    this.view = view;
    this.engine = engine;
    this.clock = clock;
    this.graceMs = graceMs;
    this.marginMs = marginMs;
  }

  /** The mark that something sets which begins now and then sees to it that nothing is missing. */
  long beginning() {
    return HybridClock.ofMillis(Math.max(0, clock.wallMillis() - marginMs));
  }

  /** A replica has been filled from all that served. */
  void filled(int partition, long mark) {
    ofPartition.merge(partition, mark, Math::max);
  }

  /** All replicas of a table's partition have been made alike. */
  void repaired(int tableId, int partition, long mark) {
    ofTable.merge(new Key(tableId, partition), mark, Math::max);
  }

  /** 0: nothing is known. */
  long mark(int tableId, int partition) {
    return Math.max(
        ofPartition.getOrDefault(partition, 0L),
        ofTable.getOrDefault(new Key(tableId, partition), 0L));
  }

  @Override
  public long tombstonesBefore(int tableId, int partition) {
    MapTracker.Seen now = seen;
    Table table = view.catalogue().byId(tableId).orElse(null);
    if (now == null || table == null || !serves(now.own()[partition], table)) {
      return Long.MIN_VALUE; // Whoever serves it may need what is here.
    }
    if (now.map().replicaCount(partition) == 1 || isCache(table)) {
      return Long.MAX_VALUE;
    }
    return table.isStrong() ? beginning() : mark(tableId, partition);
  }

  private static boolean serves(ReplicaState state, Table table) {
    return state == ReplicaState.SERVING
        || (state != null && state.servesEventual() && !table.isStrong());
  }

  private static boolean isCache(Table table) {
    return table.schema().memory() == MemoryMode.CACHE;
  }

  /** Whether the replicas of a table are made alike by comparing them. */
  static boolean concerns(Table table) {
    return !isCache(table) && !table.isStrong();
  }

  @Override
  public void changing(MapTracker.Seen before, MapTracker.Seen now) {
    seen = now;
    for (int p = 0; p < now.own().length; p++) {
      ReplicaState was = before == null ? null : before.own()[p];
      ReplicaState is = now.own()[p];
      if (is == null) {
        continue;
      }
      if (is.servesEventual() && (was == null || was == ReplicaState.LOADING)) {
        ofPartition.put(p, beginning());
      }
      if (is == ReplicaState.FILLING && was != ReplicaState.FILLING) {
        begin(p);
      } else if (is == ReplicaState.CATCHING_UP && was != ReplicaState.CATCHING_UP) {
        dropStrong(p);
      }
    }
    ofTable.keySet().removeIf(key -> view.catalogue().byId(key.tableId()).isEmpty());
  }

  /** Eventual tables stay: what they hold counts. */
  private void dropStrong(int partition) {
    for (Table table : view.catalogue().all()) {
      if (table.isStrong()) {
        engine.dropStore(table.id(), partition);
      }
    }
  }

  /** This daemon is given a replica, maybe again. */
  private void begin(int partition) {
    long oldest = HybridClock.ofMillis(Math.max(0, clock.wallMillis() - graceMs));
    for (Table table : view.catalogue().all()) {
      long mark = mark(table.id(), partition);
      if ((mark <= oldest || table.isStrong()) && engine.find(table.id(), partition) != null) {
        LOG.info(
            "Dropping what is left of table={}, partition={} before it is filled: it was last"
                + " known complete at {} ms, and tombstones are kept for {} ms only",
            table.name(),
            partition,
            mark >> HybridClock.COUNTER_BITS,
            graceMs);
        engine.dropStore(table.id(), partition);
      }
    }
    ofPartition.computeIfPresent(partition, (p, mark) -> mark <= oldest ? null : mark);
    ofTable
        .entrySet()
        .removeIf(mark -> mark.getKey().partition() == partition && mark.getValue() <= oldest);
  }
}
