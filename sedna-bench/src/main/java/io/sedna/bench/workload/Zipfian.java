// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

/**
 * Draws ranks from 0, rank r with a probability in proportion to 1 / (r + 1)^theta. The method is
 * that of Gray et al., "Quickly Generating Billion-Record Synthetic Databases" (SIGMOD'94), exact
 * for the first two ranks and close for the others. The number of ranks may grow.
 */
final class Zipfian {
  static final double THETA = 0.99;

  private static final double ALPHA = 1 / (1 - THETA);
  private static final double SECOND = Math.pow(0.5, THETA);

  private final FastRandom random;
  private long ranks;
  private double zeta;
  private double eta;

  Zipfian(long ranks, FastRandom random) {
    this(ranks, zeta(0, ranks, 0), random);
  }

  /**
   * @param zeta the sum of 1 / r^theta for r from 1 to ranks, where it is known already
   */
  Zipfian(long ranks, double zeta, FastRandom random) {
    this.random = random;
    this.ranks = ranks;
    this.zeta = zeta;
    eta = eta();
  }

  private double eta() {
    double zetaOfTwo = 1 + SECOND;
    return (1 - Math.pow(2.0 / ranks, 1 - THETA)) / (1 - zetaOfTwo / zeta);
  }

  /** The sum up to a greater number of ranks, from that of a smaller one. */
  static double zeta(long knownRanks, long ranks, double known) {
    double sum = known;
    for (long rank = knownRanks + 1; rank <= ranks; rank++) {
      sum += 1 / Math.pow(rank, THETA);
    }
    return sum;
  }

  /** Ranks never become fewer; a smaller number is ignored. */
  void growTo(long newRanks) {
    if (newRanks > ranks) {
      zeta = zeta(ranks, newRanks, zeta);
      ranks = newRanks;
      eta = eta();
    }
  }

  long next() {
    double u = random.nextDouble();
    double uz = u * zeta;
    if (uz < 1) {
      return 0;
    }
    if (uz < 1 + SECOND) {
      return Math.min(1, ranks - 1);
    }
    return Math.min(ranks - 1, (long) (ranks * Math.pow(eta * u - eta + 1, ALPHA)));
  }
}
