// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import java.util.Locale;
import org.apache.hadoop.classification.InterfaceAudience;

/** How often each key is asked for. */
@InterfaceAudience.Private
public enum KeyDistribution {
  /** Each key as often as any other. */
  UNIFORM,
  /** Few keys often: YCSB's scrambled Zipfian with its constant 0.99. */
  ZIPFIAN,
  /** Keys that were inserted last most often, Zipfian by age. */
  LATEST,
  /** As ZIPFIAN, but a fifth of the keys comes from runs over neighbours, each met once. */
  SCAN_MIXED;

  /** As the command line has it. */
  public static KeyDistribution of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A chooser among the keys that are there. */
  public KeyChooser chooser(Inserted inserted, FastRandom random) {
    return switch (this) {
      case UNIFORM -> () -> random.nextLong(inserted.acknowledged());
      case ZIPFIAN -> new ScrambledZipfian(inserted.initial(), random);
      case LATEST -> new LatestChooser(inserted, random);
      case SCAN_MIXED ->
          new ScanMixed(new ScrambledZipfian(inserted.initial(), random), inserted, random);
    };
  }
}
