// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.EventualConfig;
import io.sedna.common.conf.RepairConfig;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.StrongConfig;
import io.sedna.daemon.controller.ControllerSettings;
import org.apache.hadoop.conf.Configuration;

/**
 * Settings of all daemons of a simulation: short times and small batches, so that much happens in a
 * minute.
 */
record SimulatedSettings(
    ClusterConfig cluster,
    ReplicationConfig replication,
    EventualConfig eventual,
    StrongConfig strong,
    RepairConfig repair,
    StoreConfig store,
    ControllerSettings controller,
    long sessionTimeoutMs,
    PlantedFault fault) {
  static final int COPIES = 3;
  static final int MAX_FRAME_BYTES = 1 << 20;

  /** Longer than anybody stands still in the middle of a write, and passes within a simulation. */
  private static final int TOMBSTONE_GRACE_MS = 15_000;

  private static final long SESSION_TIMEOUT_MS = 3000;

  static SimulatedSettings of(int partitions, int daemons, PlantedFault fault) {
    var conf = new Configuration(false);
    conf.setInt(ClusterConfig.PARTITIONS, partitions);
    conf.setInt(ClusterConfig.REPLICATION, COPIES);
    conf.setInt(ClusterConfig.CLUSTER_INITIAL_DAEMONS, daemons);
    conf.setInt(ClusterConfig.CLUSTER_INITIAL_WAIT_MS, 3000);
    conf.setInt(ClusterConfig.CONTROLLER_REBALANCE_DELAY_MS, 1500);
    conf.setInt(ClusterConfig.CLOCK_MAX_SKEW_MS, 5000);
    conf.setInt(ReplicationConfig.REPLICATION_TIMEOUT_MS, 1000);
    conf.setInt(ReplicationConfig.TRANSFER_BATCH_BYTES, 300);
    conf.setInt(ReplicationConfig.TRANSFER_MAX_CONCURRENT, 2);
    conf.setInt(EventualConfig.HINTS_MAX_AGE_MS, 12_000);
    conf.setInt(StrongConfig.ACK_TIMEOUT_MS, 300);
    conf.setInt(RepairConfig.REPAIR_INTERVAL_MS, 2000);
    conf.setInt(StoreConfig.SWEEP_INTERVAL_MS, 1000);
    conf.setInt(StoreConfig.TOMBSTONE_GRACE_MS, TOMBSTONE_GRACE_MS);
    var cluster = ClusterConfig.from(conf);
    return new SimulatedSettings(
        cluster,
        ReplicationConfig.from(conf),
        EventualConfig.from(conf),
        StrongConfig.from(conf),
        RepairConfig.from(conf),
        StoreConfig.from(conf),
        ControllerSettings.of(cluster, SnapshotConfig.from(conf)),
        SESSION_TIMEOUT_MS,
        fault);
  }
}
