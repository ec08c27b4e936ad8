// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

/** The key inserted last most often, those before it Zipfian by their age. */
final class LatestChooser implements KeyChooser {
  private final Inserted inserted;
  private final Zipfian ages;

  LatestChooser(Inserted inserted, FastRandom random) {
    this.inserted = inserted;
    ages = new Zipfian(inserted.acknowledged(), random);
  }

  @Override
  public long next() {
    long there = inserted.acknowledged();
    ages.growTo(there);
    return there - 1 - ages.next();
  }
}
