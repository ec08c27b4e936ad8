// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.PartitionMapResult;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.ReadOptions;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.ScanResult;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import io.sedna.thrift.generated.Statistics;
import io.sedna.thrift.generated.TableAlteration;
import io.sedna.thrift.generated.TableInfo;
import io.sedna.thrift.generated.TableSchema;
import io.sedna.thrift.generated.VersionedValue;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.async.AsyncMethodCallback;

/** The public interface: its data half and its administrative half behind Thrift's callbacks. */
@InterfaceAudience.Private
public final class PublicHandler implements Sedna.AsyncIface {
  private final DataService data;
  private final AdminService admin;

  public PublicHandler(DataService data, AdminService admin) {
    this.data = data;
    this.admin = admin;
  }

  @Override
  public void writeLatest(
      long epoch,
      String table,
      ByteBuffer key,
      ByteBuffer value,
      WriteOptions options,
      AsyncMethodCallback<WriteResult> callback) {
    Callbacks.answer(callback, () -> data.writeLatest(epoch, table, key, value, options));
  }

  @Override
  public void writeAll(
      long epoch,
      String table,
      ByteBuffer key,
      ByteBuffer value,
      WriteOptions options,
      AsyncMethodCallback<WriteResult> callback) {
    Callbacks.answer(callback, () -> data.writeAll(epoch, table, key, value, options));
  }

  @Override
  public void readLatest(
      long epoch, String table, ByteBuffer key, AsyncMethodCallback<ReadResult> callback) {
    Callbacks.answer(callback, () -> data.readLatest(epoch, table, key));
  }

  @Override
  public void readAll(
      long epoch,
      String table,
      ByteBuffer key,
      AsyncMethodCallback<List<VersionedValue>> callback) {
    Callbacks.answer(callback, () -> data.readAll(epoch, table, key, null));
  }

  @Override
  public void remove(
      long epoch,
      String table,
      ByteBuffer key,
      WriteOptions options,
      AsyncMethodCallback<WriteResult> callback) {
    Callbacks.answer(callback, () -> data.remove(epoch, table, key, options));
  }

  @Override
  public void multiGet(
      long epoch,
      String table,
      List<ByteBuffer> keys,
      AsyncMethodCallback<List<ReadResult>> callback) {
    Callbacks.answer(callback, () -> data.multiGet(epoch, table, keys, null));
  }

  @Override
  public void multiPut(
      long epoch,
      String table,
      List<PutEntry> entries,
      WriteOptions options,
      AsyncMethodCallback<List<WriteResult>> callback) {
    Callbacks.answer(callback, () -> data.multiPut(epoch, table, entries, options));
  }

  @Override
  public void multiDelete(
      long epoch,
      String table,
      List<ByteBuffer> keys,
      WriteOptions options,
      AsyncMethodCallback<List<WriteResult>> callback) {
    Callbacks.answer(callback, () -> data.multiDelete(epoch, table, keys, options));
  }

  @Override
  public void scan(
      long epoch, String table, ScanRequest request, AsyncMethodCallback<ScanResult> callback) {
    Callbacks.answer(callback, () -> data.scan(epoch, table, request));
  }

  @Override
  public void touch(
      long epoch,
      String table,
      ByteBuffer key,
      long ttlMs,
      AsyncMethodCallback<WriteResult> callback) {
    Callbacks.answer(callback, () -> data.touch(epoch, table, key, ttlMs));
  }

  @Override
  public void compareAndSet(
      long epoch,
      String table,
      ByteBuffer key,
      long expectedTimestamp,
      ByteBuffer value,
      WriteOptions options,
      AsyncMethodCallback<WriteResult> callback) {
    Callbacks.answer(
        callback, () -> data.compareAndSet(epoch, table, key, expectedTimestamp, value, options));
  }

  @Override
  public void increment(
      long epoch,
      String table,
      ByteBuffer key,
      long delta,
      WriteOptions options,
      AsyncMethodCallback<Long> callback) {
    Callbacks.answer(callback, () -> data.increment(epoch, table, key, delta, options));
  }

  @Override
  public void append(
      long epoch,
      String table,
      ByteBuffer key,
      ByteBuffer suffix,
      WriteOptions options,
      AsyncMethodCallback<WriteResult> callback) {
    Callbacks.answer(callback, () -> data.append(epoch, table, key, suffix, options));
  }

  @Override
  public void createTable(TableSchema schema, AsyncMethodCallback<TableInfo> callback) {
    Callbacks.answer(callback, () -> admin.createTable(schema));
  }

  @Override
  public void alterTable(
      String name, TableAlteration alteration, AsyncMethodCallback<TableInfo> callback) {
    Callbacks.answer(callback, () -> admin.alterTable(name, alteration));
  }

  @Override
  public void dropTable(String name, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.dropTable(name));
  }

  @Override
  public void truncateTable(String name, AsyncMethodCallback<TableInfo> callback) {
    Callbacks.answer(callback, () -> admin.truncateTable(name));
  }

  @Override
  public void listTables(String dataset, AsyncMethodCallback<List<TableInfo>> callback) {
    Callbacks.answer(callback, () -> admin.listTables(dataset));
  }

  @Override
  public void describeTable(String name, AsyncMethodCallback<TableInfo> callback) {
    Callbacks.answer(callback, () -> admin.describeTable(name));
  }

  @Override
  public void clusterState(AsyncMethodCallback<ClusterState> callback) {
    Callbacks.answer(callback, () -> admin.clusterState());
  }

  @Override
  public void partitionMap(long knownEpoch, AsyncMethodCallback<PartitionMapResult> callback) {
    // The clock is what clients stamp their writes by.
    Callbacks.answer(
        callback,
        () ->
            admin.partitionMap(knownEpoch).thenApply(map -> map.setClock(data.currentTimestamp())));
  }

  @Override
  public void statistics(AsyncMethodCallback<Statistics> callback) {
    Callbacks.answer(callback, () -> admin.statistics());
  }

  @Override
  public void drain(String nodeId, AsyncMethodCallback<OperationInfo> callback) {
    Callbacks.answer(callback, () -> admin.drain(nodeId));
  }

  @Override
  public void undrain(String nodeId, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.undrain(nodeId));
  }

  @Override
  public void freeze(AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.freeze());
  }

  @Override
  public void thaw(AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.thaw());
  }

  @Override
  public void snapshot(SnapshotRequest request, AsyncMethodCallback<OperationInfo> callback) {
    Callbacks.answer(callback, () -> admin.snapshot(request));
  }

  @Override
  public void listSnapshots(AsyncMethodCallback<List<SnapshotInfo>> callback) {
    Callbacks.answer(callback, () -> admin.listSnapshots());
  }

  @Override
  public void deleteSnapshot(String name, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.deleteSnapshot(name));
  }

  @Override
  public void restore(RestoreRequest request, AsyncMethodCallback<OperationInfo> callback) {
    Callbacks.answer(callback, () -> admin.restore(request));
  }

  @Override
  public void describeOperation(String id, AsyncMethodCallback<OperationInfo> callback) {
    Callbacks.answer(callback, () -> admin.describeOperation(id));
  }

  @Override
  public void multiGetWith(
      long epoch,
      String table,
      List<ByteBuffer> keys,
      ReadOptions options,
      AsyncMethodCallback<List<ReadResult>> callback) {
    Callbacks.answer(callback, () -> data.multiGet(epoch, table, keys, options));
  }

  @Override
  public void readAllWith(
      long epoch,
      String table,
      ByteBuffer key,
      ReadOptions options,
      AsyncMethodCallback<List<VersionedValue>> callback) {
    Callbacks.answer(callback, () -> data.readAll(epoch, table, key, options));
  }

  @Override
  public void putIfAbsent(
      long epoch,
      String table,
      ByteBuffer key,
      ByteBuffer value,
      WriteOptions options,
      AsyncMethodCallback<WriteResult> callback) {
    Callbacks.answer(callback, () -> data.putIfAbsent(epoch, table, key, value, options));
  }

  @Override
  public void compareAndDelete(
      long epoch,
      String table,
      ByteBuffer key,
      long expectedTimestamp,
      WriteOptions options,
      AsyncMethodCallback<WriteResult> callback) {
    Callbacks.answer(
        callback, () -> data.compareAndDelete(epoch, table, key, expectedTimestamp, options));
  }

  @Override
  public void repair(List<String> tables, AsyncMethodCallback<OperationInfo> callback) {
    Callbacks.answer(callback, () -> admin.repair(tables));
  }

  @Override
  public void rebalance(AsyncMethodCallback<OperationInfo> callback) {
    Callbacks.answer(callback, admin::rebalance);
  }

  @Override
  public void acceptLoss(List<Integer> partitions, AsyncMethodCallback<List<Integer>> callback) {
    Callbacks.answer(callback, () -> admin.acceptLoss(partitions));
  }
}
