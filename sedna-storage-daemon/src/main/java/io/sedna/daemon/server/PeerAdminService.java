// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.LoadResult;
import io.sedna.thrift.peer.PartitionLoads;
import io.sedna.thrift.peer.PeerStatistics;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What daemons ask of each other beyond records, as {@code sedna_peer.thrift} describes it method
 * by method. The same rules as for {@link AdminService}.
 */
@InterfaceAudience.Private
public interface PeerAdminService {
  CompletionStage<List<Integer>> partitionsReady(
      String nodeId, long incarnation, long epoch, List<Integer> partitions);

  CompletionStage<Void> reportUnreachable(String reporter, long epoch, List<String> nodeIds);

  CompletionStage<Void> syncCatalogue(long version);

  CompletionStage<Void> syncFrozen(boolean frozen);

  CompletionStage<Void> syncMap(long epoch);

  CompletionStage<PeerStatistics> peerStatistics();

  CompletionStage<PartitionLoads> partitionLoads();

  CompletionStage<List<SnapshotFile>> writeSnapshotFiles(SnapshotOrder order);

  CompletionStage<Void> verifySnapshotFiles(LoadOrder order);

  CompletionStage<LoadResult> loadSnapshotFiles(LoadOrder order);
}
