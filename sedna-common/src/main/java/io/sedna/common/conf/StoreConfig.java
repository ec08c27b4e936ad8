// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How a daemon keeps records in memory. Each component is the setting of the key beside it below.
 * Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record StoreConfig(long tombstoneGraceMs, long sweepIntervalMs, double memoryFraction) {
  /** How long a tombstone is kept. */
  public static final String TOMBSTONE_GRACE_MS = "sedna.store.tombstone.grace.ms";

  public static final long TOMBSTONE_GRACE_MS_DEFAULT = 86_400_000;

  /** Pause between sweeps for expired records and old tombstones. */
  public static final String SWEEP_INTERVAL_MS = "sedna.store.sweep.interval.ms";

  public static final long SWEEP_INTERVAL_MS_DEFAULT = 10_000;

  /**
   * Part of the maximum heap that records may take before store tables refuse writes with
   * OUT_OF_MEMORY.
   */
  public static final String MEMORY_FRACTION = "sedna.store.memory.fraction";

  public static final double MEMORY_FRACTION_DEFAULT = 0.7;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static StoreConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new StoreConfig(
        reader.number(TOMBSTONE_GRACE_MS, TOMBSTONE_GRACE_MS_DEFAULT, 0, Long.MAX_VALUE),
        reader.number(SWEEP_INTERVAL_MS, SWEEP_INTERVAL_MS_DEFAULT, 1, Long.MAX_VALUE),
        reader.fraction(MEMORY_FRACTION, MEMORY_FRACTION_DEFAULT));
  }
}
