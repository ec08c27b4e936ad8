// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.replication.MapTracker;

/**
 * Whether this daemon may answer for a key as its primary: it is by its newest map, has taken the
 * partition over, and its lease holds. Thread-safe.
 */
final class PrimaryGate {
  private final StrongContext context;
  private final TakeOvers takeOvers;

  PrimaryGate(StrongContext context, TakeOvers takeOvers) {
    this.context = context;
    this.takeOvers = takeOvers;
  }

  /**
   * @throws SednaException NOT_PRIMARY: this daemon is not the partition's primary, or has not
   *     taken it over yet
   */
  void require(int partition) {
    MapTracker.Seen seen = context.maps().seen();
    if (!context.isPrimary(seen, partition) || !takeOvers.active(seen, partition)) {
      throw context.notPrimary(partition, "does not serve it as its primary yet");
    }
  }

  /** Why a key cannot be served here; null: it can. */
  SednaException refuse(Table table, long hash, boolean writes) {
    MapTracker.Seen seen = context.maps().seen();
    if (seen == null) {
      return new SednaException(
          ErrorCode.LOADING, "there is no partition map yet: the instance is starting");
    }
    int partition = seen.map().partitionOf(hash);
    if (!context.isPrimary(seen, partition)) {
      return context.notPrimary(partition, "is not the primary");
    }
    if (!table.isStrong()) {
      return null;
    }
    if (!takeOvers.active(seen, partition)) {
      return context.notPrimary(partition, "is taking the partition over");
    }
    if (!context.lease().held()) {
      return context.notPrimary(partition, "cannot prove that it is the primary");
    }
    return writes ? tooFew(table, seen, partition) : null;
  }

  static SednaException tooFew(Table table, MapTracker.Seen seen, int partition) {
    int inSync = 0;
    for (int i = 0; i < seen.map().replicaCount(partition); i++) {
      inSync += seen.map().replicaState(partition, i) == ReplicaState.SERVING ? 1 : 0;
    }
    return inSync >= table.schema().minInSync()
        ? null
        : new SednaException(
            ErrorCode.NOT_ENOUGH_REPLICAS,
            "too few replicas are in sync for a write of table "
                + table.name()
                + ": inSync="
                + inSync
                + ", minInSync="
                + table.schema().minInSync()
                + ", partition="
                + partition
                + ", epoch="
                + seen.epoch());
  }
}
