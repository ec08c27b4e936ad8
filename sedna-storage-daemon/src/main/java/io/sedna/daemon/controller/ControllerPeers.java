// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.partition.MapNode;
import io.sedna.thrift.peer.PartitionLoads;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What the controller asks of daemons, its own included. No method blocks; futures fail with {@link
 * io.sedna.common.error.SednaException}.
 */
@InterfaceAudience.Private
public interface ControllerPeers {
  /** Completes when the daemon knows at least this version of the table catalogue. */
  CompletableFuture<Void> syncCatalogue(MapNode node, long version);

  /** Completes when the daemon has a map of at least this epoch. */
  CompletableFuture<Void> syncMap(MapNode node, long epoch);

  /** Completes when the daemon refuses, or takes, writes. */
  CompletableFuture<Void> syncFrozen(MapNode node, boolean frozen);

  /** What partitions weigh on the daemon. */
  CompletableFuture<PartitionLoads> partitionLoads(MapNode node);

  /** Has the daemon repair what it is the primary of, or tell how far it has come with that. */
  CompletableFuture<RepairProgress> repairPartitions(MapNode node, RepairOrder order);
}
