// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.index;

import org.apache.hadoop.classification.InterfaceAudience;

/** Where in an index something was found, and what tells whether it still is. One thread's. */
@InterfaceAudience.Private
public final class Cursor {
  int structure;
  long bucket;
  int version;
  long entryAddress;
  long entry;

  /** Takes what is read to bring it near, so that it is read. */
  long ahead;

  private long[] buffer;

  /** Room for the entries of a page. */
  long[] buffer() {
    if (buffer == null) {
      buffer = new long[DirectoryLayout.PAGE_ENTRIES + 1];
    }
    return buffer;
  }

  /** The record that the entry led to. */
  public long reference() {
    return entry & BucketLayout.REFERENCE_MASK;
  }

  /** How often the record was read lately, 0 to 7; only for tables that are caches. */
  public int frequency() {
    return (int) ((entry & BucketLayout.FREQUENCY_MASK) >>> BucketLayout.FREQUENCY_SHIFT);
  }

  /** Sets the frequency with which the entry will be written next. */
  public void frequency(int frequency) {
    entry = entry & ~BucketLayout.FREQUENCY_MASK | (long) frequency << BucketLayout.FREQUENCY_SHIFT;
  }
}
