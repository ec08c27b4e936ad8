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
public record StoreConfig(
    long tombstoneGraceMs,
    long sweepIntervalMs,
    StoreEngine engine,
    int memoryMb,
    double memoryFraction,
    int segmentKb,
    double memoryUtilisation) {
  /** How long a tombstone is kept. */
  public static final String TOMBSTONE_GRACE_MS = "sedna.store.tombstone.grace.ms";

  public static final long TOMBSTONE_GRACE_MS_DEFAULT = 86_400_000;

  /** Pause between sweeps for expired records and old tombstones. */
  public static final String SWEEP_INTERVAL_MS = "sedna.store.sweep.interval.ms";

  public static final long SWEEP_INTERVAL_MS_DEFAULT = 10_000;

  /** Where records are kept: offheap or heap. */
  public static final String ENGINE = "sedna.store.engine";

  public static final String ENGINE_DEFAULT = "offheap";

  /**
   * Memory of a daemon for records and their index, in MiB; 0: sedna.store.memory.fraction of the
   * maximum heap's size.
   */
  public static final String MEMORY_MB = "sedna.store.memory.mb";

  public static final int MEMORY_MB_DEFAULT = 0;

  /**
   * Where sedna.store.memory.mb is 0: memory for records and their index, as a part of the maximum
   * heap's size.
   */
  public static final String MEMORY_FRACTION = "sedna.store.memory.fraction";

  public static final double MEMORY_FRACTION_DEFAULT = 0.7;

  /** Size of a segment of records outside the heap. A small memory has smaller ones. */
  public static final String SEGMENT_KB = "sedna.store.segment.kb";

  public static final int SEGMENT_KB_DEFAULT = 1024;

  /**
   * Part of the memory that live records and their index may take before store tables refuse writes
   * with OUT_OF_MEMORY; the rest is what the cleaner works with.
   */
  public static final String MEMORY_UTILISATION = "sedna.store.memory.utilisation";

  public static final double MEMORY_UTILISATION_DEFAULT = 0.9;

  private static final int LEAST_SEGMENT_KB = 64;
  private static final int MOST_SEGMENT_KB = 65_536;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static StoreConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new StoreConfig(
        reader.number(TOMBSTONE_GRACE_MS, TOMBSTONE_GRACE_MS_DEFAULT, 0, Long.MAX_VALUE),
        reader.number(SWEEP_INTERVAL_MS, SWEEP_INTERVAL_MS_DEFAULT, 1, Long.MAX_VALUE),
        engine(reader.string(ENGINE, ENGINE_DEFAULT)),
        reader.integer(MEMORY_MB, MEMORY_MB_DEFAULT, 0, Integer.MAX_VALUE),
        reader.fraction(MEMORY_FRACTION, MEMORY_FRACTION_DEFAULT),
        reader.integer(SEGMENT_KB, SEGMENT_KB_DEFAULT, LEAST_SEGMENT_KB, MOST_SEGMENT_KB),
        reader.fraction(MEMORY_UTILISATION, MEMORY_UTILISATION_DEFAULT));
  }

  private static StoreEngine engine(String name) {
    for (StoreEngine engine : StoreEngine.values()) {
      if (engine.name().equalsIgnoreCase(name)) {
        return engine;
      }
    }
    throw ConfReader.refused(ENGINE, name, "offheap or heap");
  }

  /** Memory for records and their index, in bytes. */
  public long memoryBytes() {
    return memoryMb > 0
        ? (long) memoryMb << 20
        : (long) (Runtime.getRuntime().maxMemory() * memoryFraction);
  }
}
