// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import java.util.Arrays;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What each partition weighs on a daemon that holds a replica of it: its share of all bytes, plus
 * its share of all operations. Where there is little of either, it does not count: nothing is moved
 * for its sake.
 *
 * @param ofPartition one number for each partition; empty: nothing is known
 * @param eager whether a small gain is worth a move too
 */
@InterfaceAudience.Private
public record Weights(double[] ofPartition, boolean eager) {
  /** What a record takes beside its key and value. */
  private static final long RECORD_BYTES = 64;

  private static final long LITTLE_BYTES = 64L << 20;
  private static final double LITTLE_OPERATIONS = 2000;

  public static final Weights NONE = new Weights(new double[0], false);

  /**
   * @param operations a second
   */
  public static Weights of(long[] records, long[] bytes, double[] operations) {
    double[] sizes = new double[records.length];
    for (int p = 0; p < sizes.length; p++) {
      sizes[p] = bytes[p] + (double) RECORD_BYTES * records[p];
    }
    double[] weights = new double[records.length];
    boolean sized = addShares(weights, sizes, LITTLE_BYTES);
    boolean loaded = addShares(weights, operations, LITTLE_OPERATIONS);
    return sized || loaded ? new Weights(weights, false) : NONE;
  }

  private static boolean addShares(double[] weights, double[] amounts, double little) {
    double total = Arrays.stream(amounts).sum();
    if (total < little) {
      return false;
    }
    for (int p = 0; p < weights.length; p++) {
      weights[p] += amounts[p] / total;
    }
    return true;
  }

  public Weights eager(boolean now) {
    return new Weights(ofPartition, now);
  }

  /** Whether anything is known, and counts. */
  public boolean known() {
    return ofPartition.length > 0;
  }

  double of(int partition) {
    return ofPartition[partition];
  }
}
