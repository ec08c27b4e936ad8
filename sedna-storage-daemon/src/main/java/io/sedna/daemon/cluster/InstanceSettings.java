// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/** What is fixed when an instance is created. */
@InterfaceAudience.Private
public record InstanceSettings(int partitions, int replication) {
  public static InstanceSettings of(ClusterConfig config) {
    return new InstanceSettings(config.partitions(), config.replication());
  }

  /**
   * @param configured what this daemon was told
   * @throws SednaException INVALID_ARGUMENT where it is something else
   */
  void check(InstanceSettings configured, String where) {
    if (!equals(configured)) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "the instance at "
              + where
              + " was created with "
              + describe()
              + "; this daemon is configured with "
              + configured.describe()
              + ". Both are fixed for the life of an instance.");
    }
  }

  private String describe() {
    return ClusterConfig.PARTITIONS
        + "="
        + partitions
        + ", "
        + ClusterConfig.REPLICATION
        + "="
        + replication;
  }
}
