// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import java.util.Locale;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Shares of the operations, which add up to 1, and the distribution of their keys.
 *
 * @param reads share of plain reads
 * @param updates share of writes to keys that are there
 * @param inserts share of writes of new keys
 * @param readModifyWrites the rest
 */
@InterfaceAudience.Private
public record OperationMix(
    double reads,
    double updates,
    double inserts,
    double readModifyWrites,
    KeyDistribution distribution) {
  private static final double ROUNDING = 1e-9;

  public OperationMix {
    double sum = reads + updates + inserts + readModifyWrites;
    if (!(Math.min(Math.min(reads, updates), Math.min(inserts, readModifyWrites)) >= 0)
        || Math.abs(sum - 1) > ROUNDING) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "shares must be 0 or more and add up to 1: reads=%s updates=%s inserts=%s"
                  + " readModifyWrites=%s",
              reads,
              updates,
              inserts,
              readModifyWrites));
    }
  }

  /** Reads and updates only. */
  public static OperationMix readRatio(double reads, KeyDistribution distribution) {
    return new OperationMix(reads, 1 - reads, 0, 0, distribution);
  }

  /**
   * YCSB's core workload of that letter.
   *
   * @throws IllegalArgumentException if there is none, or it scans (E)
   */
  public static OperationMix ycsb(char letter) {
    return switch (Character.toLowerCase(letter)) {
      case 'a' -> readRatio(0.5, KeyDistribution.ZIPFIAN);
      case 'b' -> readRatio(0.95, KeyDistribution.ZIPFIAN);
      case 'c' -> readRatio(1, KeyDistribution.ZIPFIAN);
      case 'd' -> new OperationMix(0.95, 0, 0.05, 0, KeyDistribution.LATEST);
      case 'f' -> new OperationMix(0.5, 0, 0, 0.5, KeyDistribution.ZIPFIAN);
      default -> throw new IllegalArgumentException("workload " + letter + " is not a, b, c, d, f");
    };
  }

  public OperationMix with(KeyDistribution other) {
    return new OperationMix(reads, updates, inserts, readModifyWrites, other);
  }
}
