// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What the memory of all stores of a daemon is used for, and what the cleaner has done since the
 * start. The total is the sum of what is live, dead, index and free.
 *
 * @param totalBytes of memory
 * @param liveBytes of records and tombstones
 * @param deadBytes of records that nothing leads to any more, and what is not yet or will not be
 *     written of segments in use
 * @param indexBytes of indexes, with what they keep for their growth
 * @param freeBytes of segments that hold nothing
 * @param writtenBytes of records that were written, by clients or other replicas
 * @param movedBytes of records that the cleaner moved to keep them
 * @param freedSegments that the cleaner has freed
 */
@InterfaceAudience.Private
public record MemoryStatistics(
    long totalBytes,
    long liveBytes,
    long deadBytes,
    long indexBytes,
    long freeBytes,
    long writtenBytes,
    long movedBytes,
    long freedSegments) {

  /** Bytes that went to memory for each byte that was written: 1 where nothing had to be moved. */
  public double writeAmplification() {
    return writtenBytes == 0 ? 1 : 1 + (double) movedBytes / writtenBytes;
  }
}
