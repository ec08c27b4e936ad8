// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.metrics.ReplicationMetrics;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What coordination works with.
 *
 * @param self this daemon
 * @param local this daemon's replicas
 * @param timers the clock that deadlines go by
 * @param timeoutMs how long a call may take in all
 * @param clockMs milliseconds since 1970, by which records expire
 * @param repair mends what reads find amiss
 * @param hints keeps what replicas missed
 * @param conflicts settles what several sources have written
 * @param metrics counts how well replicas agree
 */
record ReplicationContext(
    NodeId self,
    MapTracker maps,
    ReplicaService local,
    Peers peers,
    SerialScheduler timers,
    long timeoutMs,
    LongSupplier clockMs,
    ReadRepair repair,
    Hints hints,
    Conflicts conflicts,
    ReplicationMetrics metrics) {
  private static final int PARTS_WHILE_OTHERS_LEFT = 4;

  /** -1: this daemon is not in the map. */
  int selfIndex(PartitionMap map) {
    return map.nodeIndex(self);
  }

  /** By the clock of {@link #timers}. */
  long deadlineNanos() {
    return timers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  /**
   * How long to wait for one replica's answer to a read. While there are others to ask, a part of
   * what is left, so that a replica that hangs does not use it all up.
   */
  long answerMs(long deadlineNanos, boolean othersLeft) {
    long remainingMs = remainingMs(deadlineNanos);
    return othersLeft ? Math.max(1, remainingMs / PARTS_WHILE_OTHERS_LEFT) : remainingMs;
  }

  /** At least 1. */
  long remainingMs(long deadlineNanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - timers.nanoTime()));
  }
}
