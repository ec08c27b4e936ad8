// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How replicas of eventual tables get what they missed, before anti-entropy looks. Each component
 * is the setting of the key beside it below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record EventualConfig(
    long readRepairMaxBytes, long hintsMaxBytes, long hintsMaxAgeMs, long hintsMaxBytesPerSecond) {
  /** Memory of a daemon for what reads have found missing at replicas. */
  public static final String READ_REPAIR_MAX_BYTES = "sedna.read.repair.max.bytes";

  public static final long READ_REPAIR_MAX_BYTES_DEFAULT = 8_388_608;

  /** Memory of a daemon for writes that replicas did not acknowledge; 0: none are kept. */
  public static final String HINTS_MAX_BYTES = "sedna.hints.max.bytes";

  public static final long HINTS_MAX_BYTES_DEFAULT = 67_108_864;

  /** How long they are kept: less than sedna.store.tombstone.grace.ms. */
  public static final String HINTS_MAX_AGE_MS = "sedna.hints.max.age.ms";

  public static final long HINTS_MAX_AGE_MS_DEFAULT = 10_800_000;

  /** Bytes a second in which a daemon hands them over; 0: no limit. */
  public static final String HINTS_MAX_BYTES_PER_SECOND = "sedna.hints.max.bytes.per.second";

  public static final long HINTS_MAX_BYTES_PER_SECOND_DEFAULT = 33_554_432;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static EventualConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    var config =
        new EventualConfig(
            reader.number(READ_REPAIR_MAX_BYTES, READ_REPAIR_MAX_BYTES_DEFAULT, 0, Long.MAX_VALUE),
            reader.number(HINTS_MAX_BYTES, HINTS_MAX_BYTES_DEFAULT, 0, Long.MAX_VALUE),
            reader.number(HINTS_MAX_AGE_MS, HINTS_MAX_AGE_MS_DEFAULT, 1, Long.MAX_VALUE),
            reader.number(
                HINTS_MAX_BYTES_PER_SECOND, HINTS_MAX_BYTES_PER_SECOND_DEFAULT, 0, Long.MAX_VALUE));
    long graceMs = StoreConfig.from(conf).tombstoneGraceMs();
    if (config.hintsMaxBytes > 0 && config.hintsMaxAgeMs >= graceMs) {
      throw ConfReader.refused(
          HINTS_MAX_AGE_MS,
          config.hintsMaxAgeMs,
          "less than "
              + StoreConfig.TOMBSTONE_GRACE_MS
              + "="
              + graceMs
              + ": a write that is handed over later could bring back what was deleted meanwhile");
    }
    return config;
  }
}
