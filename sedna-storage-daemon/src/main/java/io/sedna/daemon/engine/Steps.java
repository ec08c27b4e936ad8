// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.function.UnaryOperator;

/**
 * What each kind of write makes of a record: what is to take its place, the record itself if
 * nothing changes, or null if the write is outdated.
 */
final class Steps {
  private Steps() {}

  static UnaryOperator<StoredRecord> writeLatest(StoredVersion value) {
    return held -> {
      StoredVersion newest = held.newestHeld();
      if (newest == null || value.newerThan(newest)) {
        return held.overwrittenBy(value);
      }
      boolean retry = value.sameVersion(newest) && !newest.tombstone();
      return retry ? held.merge(value) : null;
    };
  }

  static UnaryOperator<StoredRecord> writeAll(StoredVersion value) {
    return held -> {
      if (hidden(held, value)) {
        return null;
      }
      StoredVersion own = held.ofSource(value.source());
      return own == null || !own.newerThan(value) ? held.merge(value) : null;
    };
  }

  static UnaryOperator<StoredRecord> remove(StoredVersion tombstone) {
    return held -> {
      StoredVersion newest = held.newestHeld();
      return newest == null || !newest.newerThan(tombstone) ? held.merge(tombstone) : null;
    };
  }

  /** What several replicas hold, or one and a log. */
  static UnaryOperator<StoredRecord> merge(StoredRecord record, StoreOptions options) {
    return options.newestAlone()
        ? held -> held.merge(record).newestAlone()
        : held -> held.merge(record);
  }

  static UnaryOperator<StoredRecord> touch(StoredVersion value) {
    return held -> {
      if (hidden(held, value)) {
        return null;
      }
      StoredVersion own = held.ofSource(value.source());
      if (own == null || value.newerThan(own)) {
        return held.merge(value);
      }
      return own.sameVersion(value) ? held.replace(own, value) : null;
    };
  }

  private static boolean hidden(StoredRecord held, StoredVersion value) {
    StoredVersion tombstone = held.tombstone();
    return tombstone != null && !value.newerThan(tombstone);
  }
}
