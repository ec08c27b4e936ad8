// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What a store holds.
 *
 * @param records records with a value; those whose time ran out count until they are swept
 * @param bytes of their keys and values
 * @param liveBytes memory that records and tombstones take, overheads included
 * @param deadBytes memory of records that nothing leads to any more and that the cleaner has not
 *     come by yet
 * @param indexBytes memory that the index takes
 */
@InterfaceAudience.Private
public record StoreStatistics(
    long records, long bytes, long liveBytes, long deadBytes, long indexBytes) {
  public static final StoreStatistics NOTHING = new StoreStatistics(0, 0, 0, 0, 0);

  /** Memory that cannot be had without forgetting something. */
  public long memoryBytes() {
    return liveBytes + indexBytes;
  }

  public StoreStatistics plus(StoreStatistics other) {
    return new StoreStatistics(
        records + other.records,
        bytes + other.bytes,
        liveBytes + other.liveBytes,
        deadBytes + other.deadBytes,
        indexBytes + other.indexBytes);
  }
}
