// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.partition.MapNode;
import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.LoadResult;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The daemons of the instance, this one included, as snapshots call them. No method blocks; futures
 * fail with {@link io.sedna.common.error.SednaException}.
 */
@InterfaceAudience.Private
public interface SnapshotPeers {
  CompletableFuture<List<SnapshotFile>> writeSnapshotFiles(MapNode node, SnapshotOrder order);

  CompletableFuture<Void> verifySnapshotFiles(MapNode node, LoadOrder order);

  CompletableFuture<LoadResult> loadSnapshotFiles(MapNode node, LoadOrder order);
}
