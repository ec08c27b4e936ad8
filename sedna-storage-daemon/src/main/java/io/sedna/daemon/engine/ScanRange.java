// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.Objects;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What one scan batch is to hold.
 *
 * @param startHash first hash, unsigned, inclusive
 * @param endHash last hash, unsigned, inclusive
 * @param keyPrefix only keys that begin with these bytes; empty: all
 * @param maxRecords most records; at least 1. Those of equal hash are never parted
 * @param maxBytes most bytes of keys and values; at least 1. A first record always fits
 * @param view which versions of each record
 */
@InterfaceAudience.Private
public record ScanRange(
    long startHash, long endHash, byte[] keyPrefix, int maxRecords, int maxBytes, View view) {
  private static final byte[] NO_PREFIX = {};

  /** Which versions of a record a scan gives. */
  public enum View {
    /** The newest live one. */
    NEWEST,
    /** Every source's live one. */
    LIVE,
    /** {@link StoredRecord#newest}: what merging the newest with other replicas takes. */
    NEWEST_WITH_HIDING,
    /** All that is held, tombstones and expired ones included. */
    EVERYTHING
  }

  public ScanRange {
    Objects.requireNonNull(keyPrefix);
    Objects.requireNonNull(view);
    if (maxRecords < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "a scan batch has room for something: maxRecords="
              + maxRecords
              + ", maxBytes="
              + maxBytes);
    }
  }

  /** The whole of a range of hashes, in batches of about so many bytes. */
  public static ScanRange of(long startHash, long endHash, int maxBytes, View view) {
    return new ScanRange(startHash, endHash, NO_PREFIX, Integer.MAX_VALUE, maxBytes, view);
  }

  /** The same from another hash on. */
  public ScanRange from(long hash) {
    return new ScanRange(hash, endHash, keyPrefix, maxRecords, maxBytes, view);
  }
}
