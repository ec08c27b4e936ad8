// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

/**
 * Another distribution, disturbed by runs over neighbouring keys, as a job that reads everything
 * once disturbs a cache.
 */
final class ScanMixed implements KeyChooser {
  /** Keys of a run. */
  static final int RUN = 1000;

  /** Chance that a run begins with the next key, so that a fifth of all keys is in runs. */
  static final double BEGINS = 0.2 / 0.8 / RUN;

  private final KeyChooser others;
  private final Inserted inserted;
  private final FastRandom random;
  private long next;
  private int left;

  ScanMixed(KeyChooser others, Inserted inserted, FastRandom random) {
    this.others = others;
    this.inserted = inserted;
    this.random = random;
  }

  @Override
  public long next() {
    if (left == 0 && random.nextDouble() < BEGINS) {
      left = RUN;
      next = random.nextLong(inserted.acknowledged());
    }
    if (left == 0) {
      return others.next();
    }
    left--;
    long key = next % inserted.acknowledged();
    next = key + 1;
    return key;
  }
}
