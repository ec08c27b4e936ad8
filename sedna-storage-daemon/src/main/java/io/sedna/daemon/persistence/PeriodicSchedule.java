// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.snapshot.SnapshotManifest;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When the next periodic snapshot is due. A table is due when its interval has passed since the
 * newest snapshot that holds it, or since it was created. Thread-safe.
 */
final class PeriodicSchedule {
  /** Pause after a periodic snapshot that failed, unless the interval is shorter. */
  private static final long PAUSE_AFTER_FAILURE_MS = 30_000;

  private final long instanceIntervalMs;
  private final Map<Integer, Long> snapshotAtMs = new HashMap<>();
  private final Set<Integer> dueAtOnce = new HashSet<>();
  private long notBeforeMs;

  PeriodicSchedule(long instanceIntervalMs) {
    this.instanceIntervalMs = instanceIntervalMs;
  }

  /** Takes a committed snapshot into account. */
  synchronized void committed(SnapshotManifest manifest) {
    for (Table table : manifest.tables()) {
      snapshotAtMs.merge(table.id(), manifest.createdAtMs(), Math::max);
      dueAtOnce.remove(table.id());
    }
  }

  /** Restored tables have new ids, under which no snapshot could give back a lost partition. */
  synchronized void restored(Collection<Table> tables) {
    tables.forEach(table -> dueAtOnce.add(table.id()));
  }

  synchronized void failed(long nowMs) {
    notBeforeMs = nowMs + PAUSE_AFTER_FAILURE_MS;
  }

  synchronized boolean due(List<Table> tables, long nowMs) {
    return nowMs >= notBeforeMs && tables.stream().anyMatch(table -> due(table, nowMs));
  }

  private boolean due(Table table, long nowMs) {
    long ownMs = table.schema().snapshotIntervalMs();
    long intervalMs = ownMs > 0 ? ownMs : instanceIntervalMs;
    if (intervalMs == 0 || table.restoring() || !persists(table)) {
      return false;
    }
    long lastMs =
        Math.max(table.createdAtMs(), snapshotAtMs.getOrDefault(table.id(), Long.MIN_VALUE));
    return dueAtOnce.contains(table.id()) || nowMs - lastMs >= intervalMs;
  }

  static boolean persists(Table table) {
    return table.schema().persistence() != PersistenceMode.NONE;
  }
}
