// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.hitratio;

import io.sedna.bench.workload.FastRandom;
import java.util.Arrays;
import java.util.Locale;

/** What is asked for, in which order. Every trace is made from a seed. */
enum TraceKind {
  ZIPF_099("Zipfian, 0.99"),
  ZIPF_08("Zipfian, 0.8"),
  SCAN_MIXED("Zipfian, 0.99, and half as often a scan of a tenth of all keys"),
  DRIFTING("Zipfian, 0.99, of which a fiftieth changes every two hundredth"),
  SUDDEN("Zipfian, 0.99, all others popular at once every twentieth"),
  LOOP("all keys in turn, again and again"),
  LOOP_MIXED("a quarter of all keys in turn, and Zipfian, 0.99, by turns");

  private static final double USUAL_THETA = 0.99;
  private static final double FLATTER_THETA = 0.8;
  private static final int SUDDEN_PHASES = 20;
  private static final int DRIFT_PHASES = 200;
  private static final int DRIFT_PART = 50;
  private static final int SCAN_PART = 10;

  /** Requests from the beginning of one scan to that of the next, for each key of the scan. */
  private static final int SCAN_PAUSE = 4;

  private static final int LOOP_PART = 4;

  private final String description;

  TraceKind(String description) {
    this.description = description;
  }

  String description() {
    return description;
  }

  /**
   * @param keys that there are, numbered from 0
   */
  int[] requests(int keys, int length, long seed) {
    var random = new FastRandom(seed);
    int[] byRank = shuffled(keys, random);
    double[] sums = sums(keys, this == ZIPF_08 ? FLATTER_THETA : USUAL_THETA);
    int[] requests = new int[length];
    int scan = keys / SCAN_PART;
    int at = 0;
    for (int i = 0; i < length; i++) {
      if (this == DRIFTING && i % (length / DRIFT_PHASES + 1) == 0) {
        drift(byRank, random);
      }
      int rank = rank(sums, random.nextDouble());
      requests[i] =
          switch (this) {
            case ZIPF_099, ZIPF_08, DRIFTING -> byRank[rank];
            case SUDDEN -> {
              long phase = (long) i * SUDDEN_PHASES / length;
              yield byRank[(int) ((rank + phase * (keys / SUDDEN_PHASES)) % keys)];
            }
            case SCAN_MIXED -> {
              boolean scans = i % (SCAN_PAUSE * scan) < 2 * scan && i % 2 == 0;
              yield scans ? at++ % keys : byRank[rank];
            }
            case LOOP -> i % keys;
            case LOOP_MIXED -> i % 2 == 0 ? at++ % (keys / LOOP_PART) : byRank[rank];
          };
    }
    return requests;
  }

  private static int[] shuffled(int keys, FastRandom random) {
    int[] order = new int[keys];
    for (int i = 0; i < keys; i++) {
      order[i] = i;
      swap(order, i, (int) random.nextLong(i + 1));
    }
    return order;
  }

  /** Some change places with any others. */
  private static void drift(int[] byRank, FastRandom random) {
    for (int rank = (int) random.nextLong(DRIFT_PART); rank < byRank.length; rank += DRIFT_PART) {
      swap(byRank, rank, (int) random.nextLong(byRank.length));
    }
  }

  private static void swap(int[] order, int one, int other) {
    int held = order[one];
    order[one] = order[other];
    order[other] = held;
  }

  /** Chances of all ranks up to each; exact, for any exponent. */
  private static double[] sums(int keys, double theta) {
    double[] sums = new double[keys];
    double sum = 0;
    for (int i = 0; i < keys; i++) {
      sum += Math.pow(i + 1, -theta);
      sums[i] = sum;
    }
    for (int i = 0; i < keys; i++) {
      sums[i] /= sum;
    }
    return sums;
  }

  private static int rank(double[] sums, double drawn) {
    int at = Arrays.binarySearch(sums, drawn);
    return Math.min(sums.length - 1, at < 0 ? -at - 1 : at);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
