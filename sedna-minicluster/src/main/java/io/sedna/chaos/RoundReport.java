// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.util.Map;

/**
 * What became of one round.
 *
 * @param fault as it was done
 * @param completeMs from the end of the fault until all partitions had all their copies
 * @param alikeMs from then until all replicas held the same
 * @param tables by their names
 * @param findings how many there are
 */
record RoundReport(
    int round,
    String fault,
    long completeMs,
    long alikeMs,
    Map<String, TableReport> tables,
    int findings) {
  /**
   * @param longestGapMs longest time in which no call was answered well
   * @param slowestMs of the calls that were answered well
   */
  record TableReport(
      long answered, long failed, long longestGapMs, long slowestMs, Map<String, Long> failures) {}
}
