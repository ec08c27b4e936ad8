// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import static io.sedna.daemon.engine.index.DirectoryLayout.chunks;

/** What an index holds, counted: written often, so away from what readers read. */
final class Occupancy {
  long entries;
  int pages;
  private volatile long chunks;

  /** No sweep has anything to do before this unit of time. */
  long earliest = BucketLayout.NEVER;

  /** Of all pages; for anybody. */
  long chunks() {
    return chunks;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the store's lock.
  void addChunks(int count) {
    chunks += count;
  }

  /** Something ends in a unit of time. */
  void ends(long unit) {
    if (unit < earliest) {
      earliest = unit;
    }
  }
}
