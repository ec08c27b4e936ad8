// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.persistence.PreparedOperation;
import io.sedna.daemon.persistence.SnapshotService;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * HDFS as the controller sees it. There are no snapshots: a lost partition comes back empty if no
 * table persists, and not at all otherwise.
 */
final class SimulatedSnapshots implements SnapshotService {
  private final ClusterView view;

  SimulatedSnapshots(ClusterView view) {
    this.view = view;
  }

  @Override
  public CompletableFuture<Set<Integer>> loadLostPartitions(Set<Integer> partitions) {
    for (Table table : view.catalogue().tables()) {
      if (table.schema().persistence() != PersistenceMode.NONE) {
        return CompletableFuture.completedFuture(Set.of());
      }
    }
    return CompletableFuture.completedFuture(partitions);
  }

  @Override
  public void activated() {
    // Nothing is left behind by anybody.
  }

  @Override
  public void deactivated() {
    // Nothing runs.
  }

  @Override
  public CompletableFuture<Optional<PreparedOperation>> preparePeriodicSnapshot() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletableFuture<Optional<PreparedOperation>> prepareRestoreOnStart(String snapshot) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletableFuture<PreparedOperation> prepareSnapshot(SnapshotRequest request) {
    return CompletableFuture.failedFuture(none());
  }

  @Override
  public CompletableFuture<PreparedOperation> prepareRestore(RestoreRequest request) {
    return CompletableFuture.failedFuture(none());
  }

  @Override
  public CompletableFuture<List<SnapshotInfo>> list() {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public CompletableFuture<Void> delete(String name) {
    return CompletableFuture.failedFuture(none());
  }

  private static SednaException none() {
    return new SednaException(ErrorCode.SNAPSHOT_NOT_FOUND, "there are no snapshots");
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
