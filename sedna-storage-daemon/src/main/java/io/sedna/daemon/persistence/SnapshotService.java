// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Snapshots and restores of the whole instance, as the active controller runs them. No method
 * blocks; futures complete on threads of this service and fail with {@link
 * io.sedna.common.error.SednaException}.
 *
 * <p>At most one snapshot or restore is prepared or runs at a time: the {@code prepare…} methods
 * fail with OPERATION_IN_PROGRESS while there is another. Whoever is given a {@link
 * PreparedOperation} runs or cancels it.
 */
@InterfaceAudience.Private
public interface SnapshotService extends AutoCloseable {
  /**
   * This daemon's controller became active: forgets what an earlier activity knew, and removes
   * directories of snapshots that were never committed.
   */
  void activated();

  /** This daemon's controller is active no longer: what runs is given up, and commits nothing. */
  void deactivated();

  /**
   * Checks a snapshot: INVALID_NAME, SNAPSHOT_EXISTS, TABLE_NOT_FOUND, PATH_NOT_WRITABLE with the
   * path. Without tables in the request it is of every table that persists, and may be of none.
   */
  CompletableFuture<PreparedOperation> prepareSnapshot(SnapshotRequest request);

  /**
   * The periodic snapshot, once the interval of any table has passed; empty: none has, or another
   * operation runs. It is of every table that persists, so that the newest snapshot alone can start
   * an instance. Cheap where nothing is due, so it may be asked every second. Deletes periodic
   * snapshots beyond those retained when it has committed.
   */
  CompletableFuture<Optional<PreparedOperation>> preparePeriodicSnapshot();

  /**
   * Checks a restore: SNAPSHOT_NOT_FOUND, SNAPSHOT_CORRUPT (manifest), TABLE_NOT_FOUND (a named
   * table is not in the snapshot), TABLE_EXISTS without overwrite. Running it verifies every
   * checksum before it makes anything, so a damaged snapshot leaves the instance as it was.
   */
  CompletableFuture<PreparedOperation> prepareRestore(RestoreRequest request);

  /**
   * The restore of a new instance before it serves; empty if there are tables already.
   *
   * @param snapshot a name, a directory's URI, or {@code latest}; empty answer: latest was asked
   *     for and there is none
   */
  CompletableFuture<Optional<PreparedOperation>> prepareRestoreOnStart(String snapshot);

  /** Committed snapshots, newest first. */
  CompletableFuture<List<SnapshotInfo>> list();

  /** Fails with SNAPSHOT_NOT_FOUND, or OPERATION_IN_PROGRESS while it is being restored. */
  CompletableFuture<Void> delete(String name);

  /**
   * Gives lost partitions (every replica LOADING) back from the newest snapshots that cover their
   * tables. The answer names those that are complete at their replicas and may serve; the others
   * stay LOADING, the log says why, and asking again later is right.
   */
  CompletableFuture<Set<Integer>> loadLostPartitions(Set<Integer> partitions);

  /** Gives up what runs and stops the threads. */
  @Override
  void close();
}
