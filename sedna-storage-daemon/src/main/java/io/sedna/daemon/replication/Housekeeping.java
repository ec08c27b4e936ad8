// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.conf.StoreConfig;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.engine.Engine;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets what this daemon need not hold any more: expired records, tables that were dropped, and
 * partitions that the map has taken away. Those last ones only after a while, and only while the
 * map shows as many serving replicas elsewhere as there can be: until then the copy here may be
 * needed to mend a mistake.
 */
@InterfaceAudience.Private
public final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private static final long REVIEW_MS = 1000;

  /** How long a partition that was taken away is kept. */
  static final long KEEP_MS = 10_000;

  private final ClusterView view;
  private final MapTracker maps;
  private final Engine engine;
  private final Engine.TombstoneLimit tombstones;
  private final StoreConfig config;
  private final LongSupplier clockMs;
  private final Map<Integer, Long> goneSinceMs = new HashMap<>(); // of the one thread
  private final SerialScheduler worker;

  /**
   * @param tombstones says which may go
   * @param clockMs milliseconds, for how long something has been so
   * @param worker its own; closed with it
   */
  public Housekeeping(
      ClusterView view,
      MapTracker maps,
      Engine engine,
      Engine.TombstoneLimit tombstones,
      StoreConfig config,
      LongSupplier clockMs,
      SerialScheduler worker) {
    this.view = view;
    this.maps = maps;
    this.engine = engine;
    this.tombstones = tombstones;
    this.config = config;
    this.clockMs = clockMs;
    this.worker = worker;
  }

  public void start() {
    worker.every(REVIEW_MS, this::forget);
    worker.every(config.sweepIntervalMs(), this::sweep);
  }

  @Override
  public void close() {
    worker.close();
  }

  private void sweep() {
    int changed = engine.sweep(tombstones);
    if (changed > 0) {
      LOG.debug("Swept {} expired records", changed);
    }
  }

  /** Public for tests: what the timer does. */
  public void forget() {
    forgetTables();
    MapTracker.Seen seen = maps.seen();
    if (seen != null) {
      forgetPartitions(seen);
    }
  }

  /** A store is made only for a table of the catalogue, and ids are never used again. */
  private void forgetTables() {
    for (int tableId : engine.tables()) {
      TableCatalogue catalogue = view.catalogue();
      if (catalogue.version() > 0 && catalogue.byId(tableId).isEmpty()) {
        LOG.info("Forgetting the records of table id={}, which was dropped", tableId);
        engine.dropTable(tableId);
      }
    }
  }

  private void forgetPartitions(MapTracker.Seen seen) {
    long nowMs = clockMs.getAsLong();
    goneSinceMs.keySet().removeIf(p -> seen.own()[p] != null);
    for (int partition : engine.partitions()) {
      if (seen.own()[partition] == null) {
        long sinceMs = goneSinceMs.computeIfAbsent(partition, p -> nowMs);
        if (nowMs - sinceMs >= KEEP_MS && isComplete(seen.map(), partition)) {
          // A newer map may give it back, and what comes to it then must stay.
          if (maps.whileNewest(seen, () -> engine.dropPartition(partition))) {
            LOG.info(
                "Forgot partition={}, which is served elsewhere; epoch={}",
                partition,
                seen.epoch());
            goneSinceMs.remove(partition);
          }
        }
      }
    }
  }

  private static boolean isComplete(PartitionMap map, int partition) {
    int serving = 0;
    for (int i = 0; i < map.replicaCount(partition); i++) {
      if (map.replicaState(partition, i) == ReplicaState.SERVING) {
        serving++;
      }
    }
    return serving > 0 && serving >= Math.min(map.replication(), map.nodes().size());
  }
}
