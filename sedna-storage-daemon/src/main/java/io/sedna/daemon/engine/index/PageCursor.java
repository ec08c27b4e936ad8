// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The records of one page of an index, and what tells whether they still are. One thread's, used
 * again and again.
 */
@InterfaceAudience.Private
public final class PageCursor {
  private static final int MOST_BUCKETS = DirectoryLayout.MAX_CHUNKS * ChunkPool.BUCKETS;

  final long[] records = new long[DirectoryLayout.PAGE_ENTRIES];
  final long[] buckets = new long[MOST_BUCKETS];
  final int[] versions = new int[MOST_BUCKETS];
  int structure;
  int bucketCount;
  int count;
  long first;
  long last;

  /** How many records there are. */
  public int count() {
    return count;
  }

  /** Address of a record. */
  public long record(int i) {
    return records[i];
  }

  /** First hash that is the page's. */
  public long first() {
    return first;
  }

  /** Last hash that is the page's. */
  public long last() {
    return last;
  }
}
