// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How single gets and puts of many callers share frames. Each component is the setting of the key
 * beside it below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record ClientBatchingConfig(boolean enabled, int maxKeys, int lingerMicros) {
  /** Whether single gets and puts that wait for the same connection share a frame. */
  public static final String ENABLED = "sedna.client.batch.enabled";

  public static final boolean ENABLED_DEFAULT = true;

  /** Single gets or puts that share a frame, at most. */
  public static final String MAX_KEYS = "sedna.client.batch.max.keys";

  public static final int MAX_KEYS_DEFAULT = 256;

  /** How long a single get or put waits for others while calls are under way; 0: not at all. */
  public static final String LINGER_MICROS = "sedna.client.batch.linger.us";

  public static final int LINGER_MICROS_DEFAULT = 0;

  /** What sedna-default.xml says. */
  public static ClientBatchingConfig defaults() {
    return new ClientBatchingConfig(ENABLED_DEFAULT, MAX_KEYS_DEFAULT, LINGER_MICROS_DEFAULT);
  }

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static ClientBatchingConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new ClientBatchingConfig(
        reader.bool(ENABLED, ENABLED_DEFAULT),
        reader.integer(MAX_KEYS, MAX_KEYS_DEFAULT, 1, 10_000),
        reader.integer(LINGER_MICROS, LINGER_MICROS_DEFAULT, 0, 1_000_000));
  }
}
