// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.SnapshotConfig;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What the controller is told.
 *
 * @param initialDaemons how many must be there before the first map is made
 * @param initialWaitMs how long to wait for them
 * @param rebalanceDelayMs how long arrivals are gathered before partitions move to them, and how
 *     long daemons that alone held a partition are waited for
 * @param restoreOnStart snapshot that a new instance is restored from before it is ready
 */
@InterfaceAudience.Private
public record ControllerSettings(
    String instance,
    int partitions,
    int replication,
    int initialDaemons,
    long initialWaitMs,
    long rebalanceDelayMs,
    Optional<String> restoreOnStart) {

  public static ControllerSettings of(ClusterConfig cluster, SnapshotConfig snapshots) {
    return new ControllerSettings(
        cluster.instance().toString(),
        cluster.partitions(),
        cluster.replication(),
        cluster.initialDaemons(),
        cluster.initialWaitMs(),
        cluster.rebalanceDelayMs(),
        snapshots.restoreOnStart());
  }
}
