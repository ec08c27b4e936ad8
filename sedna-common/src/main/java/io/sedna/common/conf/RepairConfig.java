// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How daemons make replicas alike in the background. Each component is the setting of the key
 * beside it below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record RepairConfig(long intervalMs, long bandwidthBytes) {
  /**
   * Pause between two rounds in which a primary compares its partitions with their other replicas;
   * 0: none, and tombstones of partitions with several replicas are kept until a repair is ordered.
   */
  public static final String REPAIR_INTERVAL_MS = "sedna.repair.interval.ms";

  public static final long REPAIR_INTERVAL_MS_DEFAULT = 30_000;

  /** Bytes that a daemon's repairs send a second, in both directions; 0: no limit. */
  public static final String REPAIR_BANDWIDTH_BYTES = "sedna.repair.bandwidth.bytes";

  public static final long REPAIR_BANDWIDTH_BYTES_DEFAULT = 33_554_432;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static RepairConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new RepairConfig(
        reader.number(REPAIR_INTERVAL_MS, REPAIR_INTERVAL_MS_DEFAULT, 0, Long.MAX_VALUE),
        reader.number(REPAIR_BANDWIDTH_BYTES, REPAIR_BANDWIDTH_BYTES_DEFAULT, 0, Long.MAX_VALUE));
  }
}
