// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules of a store in the most literal form, for one key; without expiry. */
final class NaiveStore {
  private final Map<Integer, StoredVersion> bySource = new HashMap<>();
  private StoredVersion tombstone;

  private static int compare(StoredVersion a, StoredVersion b) {
    int byTime = Long.compare(a.timestamp(), b.timestamp());
    return byTime != 0 ? byTime : Integer.compare(a.source(), b.source());
  }

  private List<StoredVersion> held() {
    var held = new ArrayList<>(bySource.values());
    if (tombstone != null) {
      held.add(tombstone);
    }
    return held;
  }

  boolean writeLatest(StoredVersion value) {
    if (held().stream()
        .anyMatch(v -> compare(v, value) > 0 || (v.tombstone() && compare(v, value) == 0))) {
      return false;
    }
    if (held().stream().anyMatch(v -> compare(v, value) == 0)) {
      return true; // The same write again.
    }
    bySource.clear();
    bySource.put(value.source(), value);
    return true;
  }

  boolean writeAll(StoredVersion value) {
    StoredVersion own = bySource.get(value.source());
    if ((tombstone != null && compare(tombstone, value) >= 0)
        || (own != null && compare(own, value) > 0)) {
      return false;
    }
    bySource.put(value.source(), value);
    return true;
  }

  boolean remove(StoredVersion removal) {
    if (held().stream().anyMatch(v -> compare(v, removal) > 0)) {
      return false;
    }
    bySource.clear();
    tombstone = removal;
    return true;
  }

  void merge(StoredVersion version) {
    if (version.tombstone()) {
      if (tombstone == null || compare(version, tombstone) > 0) {
        tombstone = version;
      }
    } else {
      StoredVersion own = bySource.get(version.source());
      if (own == null || compare(version, own) > 0) {
        bySource.put(version.source(), version);
      }
    }
    bySource.values().removeIf(v -> tombstone != null && compare(v, tombstone) <= 0);
  }

  /** Newest first. */
  List<StoredVersion> versions() {
    List<StoredVersion> held = held();
    held.sort(Comparator.comparing((StoredVersion v) -> v, NaiveStore::compare).reversed());
    return held;
  }
}
