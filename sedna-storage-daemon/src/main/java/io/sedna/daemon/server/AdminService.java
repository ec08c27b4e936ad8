// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.PartitionMapResult;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import io.sedna.thrift.generated.Statistics;
import io.sedna.thrift.generated.TableAlteration;
import io.sedna.thrift.generated.TableInfo;
import io.sedna.thrift.generated.TableSchema;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The administrative half of the public interface, as {@code sedna.thrift} describes it method by
 * method. Called on event loops: methods return at once and complete later. Failures are {@link
 * io.sedna.common.error.SednaException}s, thrown or in the stage; anything else becomes INTERNAL.
 * Arguments are as they came from the wire: absent ones are null.
 */
@InterfaceAudience.Private
public interface AdminService {
  CompletionStage<TableInfo> createTable(TableSchema schema);

  CompletionStage<TableInfo> alterTable(String name, TableAlteration alteration);

  CompletionStage<Void> dropTable(String name);

  CompletionStage<TableInfo> truncateTable(String name);

  CompletionStage<List<TableInfo>> listTables(String dataset);

  CompletionStage<TableInfo> describeTable(String name);

  CompletionStage<ClusterState> clusterState();

  CompletionStage<PartitionMapResult> partitionMap(long knownEpoch);

  CompletionStage<Statistics> statistics();

  CompletionStage<OperationInfo> drain(String nodeId);

  CompletionStage<Void> undrain(String nodeId);

  CompletionStage<OperationInfo> repair(List<String> tables);

  CompletionStage<OperationInfo> rebalance();

  CompletionStage<List<Integer>> acceptLoss(List<Integer> partitions);

  CompletionStage<Void> freeze();

  CompletionStage<Void> thaw();

  CompletionStage<OperationInfo> snapshot(SnapshotRequest request);

  CompletionStage<List<SnapshotInfo>> listSnapshots();

  CompletionStage<Void> deleteSnapshot(String name);

  CompletionStage<OperationInfo> restore(RestoreRequest request);

  CompletionStage<OperationInfo> describeOperation(String id);
}
