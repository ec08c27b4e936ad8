// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What a store holds.
 *
 * @param records records with a value; those whose time ran out count until they are swept
 * @param bytes of their keys and values
 * @param memoryBytes estimate of all memory taken, tombstones and overheads included
 */
@InterfaceAudience.Private
public record StoreStatistics(long records, long bytes, long memoryBytes) {
  public static final StoreStatistics NOTHING = new StoreStatistics(0, 0, 0);

  public StoreStatistics plus(StoreStatistics other) {
    return new StoreStatistics(
        records + other.records, bytes + other.bytes, memoryBytes + other.memoryBytes);
  }
}
