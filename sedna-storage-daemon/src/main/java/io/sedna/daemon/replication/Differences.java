// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What one replica of a record lacks of what others have shown. */
final class Differences {
  private Differences() {}

  /**
   * The versions that a replica is to be given.
   *
   * @param merged what several replicas hold, merged
   * @param held what this one has shown; of the same key
   */
  static List<StoredVersion> missing(
      Table table, List<StoredVersion> merged, StoredRecord held, long nowMs) {
    if (held.isEmpty() && table.schema().memory() == MemoryMode.CACHE) {
      return List.of(); // It may have been forgotten to make room, and that is how it should stay.
    }
    List<StoredVersion> missing = null;
    for (StoredVersion version : merged) {
      if (!holds(held, version, nowMs)) {
        missing = missing == null ? new ArrayList<>() : missing;
        missing.add(version);
      }
    }
    return missing == null ? List.of() : missing;
  }

  private static boolean holds(StoredRecord held, StoredVersion wanted, long nowMs) {
    for (StoredVersion version : held.versions()) {
      if (version.sameVersion(wanted) && version.tombstone() == wanted.tombstone()) {
        return alike(version, wanted, nowMs);
      }
    }
    return false;
  }

  /** Of what nobody sees any more the bytes do not matter: a sweep takes them sooner or later. */
  private static boolean alike(StoredVersion a, StoredVersion b, long nowMs) {
    return a.expiresAtMs() == b.expiresAtMs()
        && (!b.live(nowMs) || (a.flags() == b.flags() && Arrays.equals(a.value(), b.value())));
  }
}
