// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.Arrays;
import java.util.List;

/** What of a record a scan gives. */
final class ScanViews {
  /** A scan that finds little (a rare prefix) gives way to others after so many hashes. */
  static final int MAX_HASHES_EXAMINED = 20_000;

  private ScanViews() {}

  /** Adds what the range is to hold of one hash; answers its bytes. */
  static long collect(
      StoredRecord[] sameHash, ScanRange range, long nowMs, List<StoredRecord> found) {
    long bytes = 0;
    for (StoredRecord record : sameHash) {
      List<StoredVersion> seen = view(record, range.view(), nowMs);
      if (!seen.isEmpty() && hasPrefix(record.key(), range.keyPrefix())) {
        found.add(
            seen.size() == record.versions().size()
                ? record
                : StoredRecord.of(record.key(), record.hash(), seen));
        bytes += payload(record.key(), seen);
      }
    }
    return bytes;
  }

  private static List<StoredVersion> view(StoredRecord record, ScanRange.View view, long nowMs) {
    return switch (view) {
      case NEWEST -> {
        StoredVersion newest = record.newestLive(nowMs);
        yield newest == null ? List.of() : List.of(newest);
      }
      case LIVE -> record.live(nowMs);
      case NEWEST_WITH_HIDING -> record.newest(nowMs);
      case EVERYTHING -> record.versions();
    };
  }

  private static boolean hasPrefix(byte[] key, byte[] prefix) {
    return prefix.length == 0
        || (key.length >= prefix.length
            && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length));
  }

  private static long payload(byte[] key, List<StoredVersion> versions) {
    long bytes = key.length;
    for (StoredVersion version : versions) {
      bytes += version.value().length;
    }
    return bytes;
  }
}
