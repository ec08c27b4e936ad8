// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.conflict.SourceValue;
import io.sedna.common.conflict.ValueMerger;
import io.sedna.common.conflict.ValueMergers;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.Limits;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a table's conflict policy makes of the versions of several sources. Thread-safe. */
final class Conflicts {
  private final Map<String, ValueMerger> mergers = new ConcurrentHashMap<>();

  static boolean merges(Table table) {
    return table.schema().conflictPolicy() == ConflictPolicy.MERGE;
  }

  /** What counts of what replicas hold, merged. */
  static StoredRecord counted(Table table, StoredRecord merged) {
    return table.schema().conflictPolicy() == ConflictPolicy.LATEST ? merged.newestAlone() : merged;
  }

  /**
   * The one value of a record that holds every source's version: with the version, end and flags of
   * the newest.
   *
   * @return null: none is alive
   * @throws SednaException MERGE_FAILED
   */
  StoredVersion one(Table table, StoredRecord record, long nowMs) {
    List<StoredVersion> live = record.live(nowMs);
    if (live.size() < 2) {
      return live.isEmpty() ? null : live.get(0);
    }
    var values = new ArrayList<SourceValue>(live.size());
    for (StoredVersion version : live) {
      values.add(new SourceValue(version.source(), version.timestamp(), version.value()));
    }
    StoredVersion newest = live.get(0);
    return StoredVersion.value(
        newest.timestamp(),
        newest.source(),
        newest.expiresAtMs(),
        newest.flags(),
        merge(table, record.key(), List.copyOf(values)));
  }

  private byte[] merge(Table table, byte[] key, List<SourceValue> values) {
    String name = table.schema().mergeClass().orElseThrow();
    byte[] merged;
    try {
      merged = mergers.computeIfAbsent(name, ValueMergers::load).merge(key, values);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw failed(table, name, e.toString(), e);
    }
    if (merged == null || merged.length > Limits.MAX_VALUE_BYTES) {
      throw failed(
          table, name, "it answered " + (merged == null ? "null" : merged.length + " bytes"), null);
    }
    return merged;
  }

  private static SednaException failed(Table table, String name, String why, Throwable cause) {
    return new SednaException(
        ErrorCode.MERGE_FAILED,
        "merge class " + name + " of table " + table.name() + " failed: " + why,
        cause);
  }
}
