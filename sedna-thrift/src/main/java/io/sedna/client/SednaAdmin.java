// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import io.sedna.thrift.generated.Statistics;
import io.sedna.thrift.generated.TableAlteration;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What administrators do. Thread-safe; every method waits for the answer and throws {@link
 * SednaException}. Any daemon takes the call. One that changes something is tried again only where
 * the failed attempt is known to have done nothing, or where doing it twice is the same as once.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public interface SednaAdmin {
  /**
   * Answers when every live daemon knows the table.
   *
   * @throws SednaException TABLE_EXISTS, INVALID_NAME, INVALID_QUORUM
   */
  Table createTable(TableSchema schema);

  /** As the other, with the instance's defaults for the fields that are not set. */
  Table createTable(io.sedna.thrift.generated.TableSchema schema);

  /** A table with the instance's defaults. */
  Table createTable(String name);

  /** Changes the fields that are set. */
  Table alterTable(String name, TableAlteration alteration);

  /** Forgets the table and its records; its snapshots stay. */
  void dropTable(String name);

  /** Empties the table, under a new id. */
  Table truncateTable(String name);

  /**
   * By name.
   *
   * @param dataset empty: all
   */
  List<Table> listTables(String dataset);

  /**
   * @throws SednaException TABLE_NOT_FOUND
   */
  Table describeTable(String name);

  ClusterState clusterState();

  Statistics statistics();

  /** Moves every partition away from a daemon; SUCCEEDED means that it can be stopped. */
  OperationInfo drain(String nodeId);

  /** Takes a drain back. */
  void undrain(String nodeId);

  /**
   * Makes the replicas of eventual tables alike, now; {@link #awaitOperation} waits for its end.
   *
   * @param tables empty: all of them
   */
  OperationInfo repair(List<String> tables);

  /** Moves replicas until records, bytes and load are balanced, now. */
  OperationInfo rebalance();

  /**
   * Declares what partitions held lost for good: they serve again, without it.
   *
   * @param partitions empty: all that answer LOADING
   * @return those that it was done to
   */
  List<Integer> acceptLoss(List<Integer> partitions);

  /** Refuses writes with FROZEN from when this returns. */
  void freeze();

  void thaw();

  /** Begins a snapshot; {@link #awaitOperation} waits for its end. */
  OperationInfo snapshot(SnapshotRequest request);

  /** Newest first. */
  List<SnapshotInfo> listSnapshots();

  void deleteSnapshot(String name);

  /** Begins a restore: all of it or nothing; {@link #awaitOperation} waits for its end. */
  OperationInfo restore(RestoreRequest request);

  OperationInfo describeOperation(String id);

  /**
   * Waits until an operation has succeeded.
   *
   * @param progress told each state that was seen, the last one too, on the caller's thread
   * @throws SednaException the operation's own error if it failed; TIMEOUT if it still runs
   */
  OperationInfo awaitOperation(String id, Duration timeout, Consumer<OperationInfo> progress);

  /** As the other, silently. */
  default OperationInfo awaitOperation(String id, Duration timeout) {
    return awaitOperation(id, timeout, info -> {});
  }
}
