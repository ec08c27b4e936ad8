// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.daemon.engine.StoredVersion;
import io.sedna.thrift.peer.MutationKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The writes of one key that a replica has missed: only as many as it takes for the replica to hold
 * what it would hold had it got all of them. A deletion drops what was kept before and is not
 * newer; a write that takes the place of all sources' the same but for a deletion, whose tombstone
 * stays with the record; a write of a single source drops that source's; what something newer would
 * hide is not taken up. They are done in the order in which they are kept. Not thread-safe.
 */
final class HintedRecord {
  /** What a kept write takes beside key and value: objects, references, array headers. */
  static final int OVERHEAD_BYTES = 160;

  private final int tableId;
  private final List<Kept> kept = new ArrayList<>(1);

  /**
   * A write and when it was missed.
   *
   * @param sinceNanos by the scheduler's clock
   */
  record Kept(Write write, long sinceNanos) {
    long bytes() {
      return OVERHEAD_BYTES + write.key().length + write.version().value().length;
    }
  }

  HintedRecord(int tableId) {
    this.tableId = tableId;
  }

  int tableId() {
    return tableId;
  }

  List<Kept> kept() {
    return kept;
  }

  boolean isEmpty() {
    return kept.isEmpty();
  }

  long bytes() {
    long bytes = 0;
    for (Kept each : kept) {
      bytes += each.bytes();
    }
    return bytes;
  }

  long hash() {
    return kept.get(0).write().hash();
  }

  /** One more write of the same key, later than the others. */
  void add(Kept added) {
    Write write = added.write();
    StoredVersion version = write.version();
    for (Kept each : kept) {
      boolean hides =
          takesAllPlaces(each.write())
              && (write.kind() != MutationKind.WRITE_ALL
                  || each.write().kind() == MutationKind.REMOVE);
      if (hides && each.write().version().newerThan(version)) {
        return;
      }
    }
    kept.removeIf(each -> replaces(write, each.write()));
    kept.add(added);
  }

  private static boolean takesAllPlaces(Write write) {
    return write.kind() == MutationKind.WRITE_LATEST || write.kind() == MutationKind.REMOVE;
  }

  private static boolean replaces(Write write, Write before) {
    if (before.version().newerThan(write.version())) {
      return false;
    }
    return switch (write.kind()) {
      case REMOVE -> true;
      case WRITE_LATEST -> before.kind() != MutationKind.REMOVE;
      case WRITE_ALL ->
          before.version().source() == write.version().source() && !takesAllPlaces(before);
      default -> before.kind() == write.kind() && before.version().sameVersion(write.version());
    };
  }

  /** Forgets writes that were missed before a moment; says how many. */
  int dropBefore(long nanos) {
    int before = kept.size();
    kept.removeIf(each -> each.sinceNanos() - nanos < 0);
    return before - kept.size();
  }
}
