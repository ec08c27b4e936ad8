// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.LoadResult;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What a daemon does with snapshot files on the controller's order: the peer calls of the same
 * names. No method blocks; the work is done on a bounded pool, whose full queue answers OVERLOADED.
 */
@InterfaceAudience.Private
public interface SnapshotOrders extends AutoCloseable {
  /**
   * Writes the records of the ordered partitions, one file each, none for a partition without
   * records. STALE_MAP where this daemon is not the primary of one of them, STORAGE_FAILED where
   * the file system fails.
   */
  CompletableFuture<List<SnapshotFile>> writeSnapshotFiles(SnapshotOrder order);

  /**
   * Reads whole files; SNAPSHOT_CORRUPT names the first that is missing or whose checksum differs.
   */
  CompletableFuture<Void> verifySnapshotFiles(LoadOrder order);

  /**
   * Sends every live record of the files to all replicas of its partition and answers when they
   * have it.
   */
  CompletableFuture<LoadResult> loadSnapshotFiles(LoadOrder order);

  /** Stops the pool; orders under way fail with SHUTTING_DOWN. */
  @Override
  void close();
}
