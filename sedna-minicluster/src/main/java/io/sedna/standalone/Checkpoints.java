// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.standalone;

import io.sedna.client.SednaAdmin;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the data on disk: a snapshot at intervals, if anything was written since the last one, and
 * one at the end. What was written after the last snapshot is lost if the process is killed.
 * Thread-safe.
 */
final class Checkpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String PREFIX = "checkpoint-";
  private static final int KEPT = 3;
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  /** What there is to lose: writes so far, and tables. */
  private record Marks(long writes, Set<Table> tables) {}

  private final SednaAdmin admin;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "checkpoints");
            thread.setDaemon(true);
            return thread;
          });
  private Marks saved;

  Checkpoints(SednaAdmin admin) {
    this.admin = admin;
  }

  void start(long intervalMs) {
    synchronized (this) {
      saved = marks();
    }
    if (intervalMs > 0) {
      var unused =
          timer.scheduleWithFixedDelay(
              this::tryCheckpoint, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }
  }

  private void tryCheckpoint() {
    try {
      checkpoint();
    } catch (SednaException e) {
      LOG.warn("The data could not be saved; it will be tried again: {}", e.toString());
    }
  }

  /**
   * Takes a snapshot unless the newest is as good.
   *
   * @throws SednaException if it failed; earlier ones are still there
   */
  synchronized void checkpoint() {
    var now = marks();
    if (now.equals(saved)) {
      return;
    }
    if (!now.tables().isEmpty()) {
      var name = PREFIX + System.currentTimeMillis();
      var operation = admin.snapshot(new SnapshotRequest().setName(name));
      admin.awaitOperation(operation.getId(), TIMEOUT);
      LOG.info("Saved as snapshot {}", name);
      deleteOld();
    }
    saved = now;
  }

  private Marks marks() {
    var writes = admin.statistics().getNodes().stream().mapToLong(node -> node.getWrites()).sum();
    var tables = new HashSet<Table>();
    for (var table : admin.listTables("")) {
      if (table.schema().persistence() != PersistenceMode.NONE) {
        tables.add(table);
      }
    }
    return new Marks(writes, tables);
  }

  private void deleteOld() {
    List<SnapshotInfo> own =
        admin.listSnapshots().stream()
            .filter(snapshot -> snapshot.getName().startsWith(PREFIX))
            .toList();
    for (var snapshot : own.subList(Math.min(KEPT, own.size()), own.size())) {
      admin.deleteSnapshot(snapshot.getName());
    }
  }

  /** Stops the timer; takes no snapshot. */
  @Override
  public void close() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("A snapshot is still being written");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
