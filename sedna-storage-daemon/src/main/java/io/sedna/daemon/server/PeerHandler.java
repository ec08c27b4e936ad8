// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.daemon.replication.Repair;
import io.sedna.daemon.replication.ReplicaService;
import io.sedna.daemon.replication.strong.StrongTables;
import io.sedna.thrift.peer.CompareAnswer;
import io.sedna.thrift.peer.CompareRequest;
import io.sedna.thrift.peer.DigestAnswer;
import io.sedna.thrift.peer.DigestRequest;
import io.sedna.thrift.peer.ExchangeAnswer;
import io.sedna.thrift.peer.ExchangeRequest;
import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.LoadResult;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.PackedBatch;
import io.sedna.thrift.peer.PartitionLoads;
import io.sedna.thrift.peer.PeerRecord;
import io.sedna.thrift.peer.PeerScanRequest;
import io.sedna.thrift.peer.PeerScanResult;
import io.sedna.thrift.peer.PeerStatistics;
import io.sedna.thrift.peer.PrimaryAnswer;
import io.sedna.thrift.peer.PrimaryCall;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import io.sedna.thrift.peer.RepairedPast;
import io.sedna.thrift.peer.RequestOutcome;
import io.sedna.thrift.peer.RootDigests;
import io.sedna.thrift.peer.SednaPeer;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import io.sedna.thrift.peer.TablePartitions;
import io.sedna.thrift.peer.TakeOverAnswer;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.async.AsyncMethodCallback;

/** What daemons say to each other, behind Thrift's callbacks. */
@InterfaceAudience.Private
public final class PeerHandler implements SednaPeer.AsyncIface {
  private final ReplicaService replica;
  private final StrongTables strong;
  private final PeerAdminService admin;
  private final Repair repair;

  public PeerHandler(
      ReplicaService replica, StrongTables strong, PeerAdminService admin, Repair repair) {
    this.replica = replica;
    this.strong = strong;
    this.admin = admin;
    this.repair = repair;
  }

  @Override
  public void applyMutations(
      long epoch, List<Mutation> mutations, AsyncMethodCallback<List<Integer>> callback) {
    Callbacks.answer(callback, () -> replica.applyMutations(epoch, mutations));
  }

  @Override
  public void readRecords(
      long epoch,
      int tableId,
      List<ByteBuffer> keys,
      boolean allSources,
      AsyncMethodCallback<List<PeerRecord>> callback) {
    Callbacks.answer(callback, () -> replica.readRecords(epoch, tableId, keys, allSources));
  }

  @Override
  public void readDigests(
      long epoch,
      int tableId,
      List<ByteBuffer> keys,
      boolean allSources,
      long nowMs,
      AsyncMethodCallback<List<Long>> callback) {
    Callbacks.answer(callback, () -> replica.readDigests(epoch, tableId, keys, allSources, nowMs));
  }

  @Override
  public void scanRecords(
      long epoch, PeerScanRequest request, AsyncMethodCallback<PeerScanResult> callback) {
    Callbacks.answer(callback, () -> replica.scanRecords(epoch, request));
  }

  @Override
  public void pullRecords(
      long epoch,
      int tableId,
      long startHash,
      long endHash,
      int maxBytes,
      AsyncMethodCallback<PackedBatch> callback) {
    Callbacks.answer(
        callback, () -> replica.pullRecords(epoch, tableId, startHash, endHash, maxBytes));
  }

  @Override
  public void pullDigests(
      long epoch,
      int tableId,
      long startHash,
      long endHash,
      int maxBytes,
      AsyncMethodCallback<PackedBatch> callback) {
    Callbacks.answer(
        callback, () -> replica.pullDigests(epoch, tableId, startHash, endHash, maxBytes));
  }

  @Override
  public void pullHashes(
      long epoch,
      int tableId,
      List<Long> hashes,
      int maxBytes,
      AsyncMethodCallback<PackedBatch> callback) {
    Callbacks.answer(callback, () -> replica.pullHashes(epoch, tableId, hashes, maxBytes));
  }

  @Override
  public void partitionsReady(
      String nodeId,
      long incarnation,
      long epoch,
      List<Integer> partitions,
      AsyncMethodCallback<List<Integer>> callback) {
    Callbacks.answer(callback, () -> admin.partitionsReady(nodeId, incarnation, epoch, partitions));
  }

  @Override
  public void syncCatalogue(long version, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.syncCatalogue(version));
  }

  @Override
  public void syncFrozen(boolean frozen, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.syncFrozen(frozen));
  }

  @Override
  public void syncMap(long epoch, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.syncMap(epoch));
  }

  @Override
  public void partitionLoads(AsyncMethodCallback<PartitionLoads> callback) {
    Callbacks.answer(callback, admin::partitionLoads);
  }

  @Override
  public void peerStatistics(AsyncMethodCallback<PeerStatistics> callback) {
    Callbacks.answer(callback, () -> admin.peerStatistics());
  }

  @Override
  public void writeSnapshotFiles(
      SnapshotOrder order, AsyncMethodCallback<List<SnapshotFile>> callback) {
    Callbacks.answer(callback, () -> admin.writeSnapshotFiles(order));
  }

  @Override
  public void verifySnapshotFiles(LoadOrder order, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.verifySnapshotFiles(order));
  }

  @Override
  public void loadSnapshotFiles(LoadOrder order, AsyncMethodCallback<LoadResult> callback) {
    Callbacks.answer(callback, () -> admin.loadSnapshotFiles(order));
  }

  @Override
  public void callPrimary(
      long epoch,
      int tableId,
      List<PrimaryCall> calls,
      AsyncMethodCallback<List<PrimaryAnswer>> callback) {
    Callbacks.answer(callback, () -> strong.callPrimary(epoch, tableId, calls));
  }

  @Override
  public void readPrimary(
      long epoch,
      int tableId,
      List<ByteBuffer> keys,
      AsyncMethodCallback<List<PeerRecord>> callback) {
    Callbacks.answer(callback, () -> strong.readPrimary(epoch, tableId, keys));
  }

  @Override
  public void scanPrimary(
      long epoch, PeerScanRequest request, AsyncMethodCallback<PeerScanResult> callback) {
    Callbacks.answer(callback, () -> strong.scanPrimary(epoch, request));
  }

  @Override
  public void replicate(
      long epoch,
      String primary,
      List<Mutation> mutations,
      AsyncMethodCallback<List<Integer>> callback) {
    Callbacks.answer(callback, () -> strong.replicate(epoch, primary, mutations));
  }

  @Override
  public void takeOver(
      long epoch,
      String primary,
      List<Integer> partitions,
      AsyncMethodCallback<TakeOverAnswer> callback) {
    Callbacks.answer(callback, () -> strong.takeOver(epoch, primary, partitions));
  }

  @Override
  public void rememberRequests(
      long epoch,
      String primary,
      int partition,
      List<RequestOutcome> requests,
      boolean alike,
      AsyncMethodCallback<Void> callback) {
    Callbacks.answer(
        callback, () -> strong.rememberRequests(epoch, primary, partition, requests, alike));
  }

  @Override
  public void checkPrimary(long epoch, int partition, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> strong.checkPrimary(epoch, partition));
  }

  @Override
  public void requestOutcomes(
      long epoch, int partition, AsyncMethodCallback<List<RequestOutcome>> callback) {
    Callbacks.answer(callback, () -> strong.requestOutcomes(epoch, partition));
  }

  @Override
  public void reportUnreachable(
      String reporter, long epoch, List<String> nodeIds, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> admin.reportUnreachable(reporter, epoch, nodeIds));
  }

  @Override
  public void rootDigests(
      long epoch, List<TablePartitions> partitions, AsyncMethodCallback<RootDigests> callback) {
    Callbacks.answer(callback, () -> repair.replica().rootDigests(epoch, partitions));
  }

  @Override
  public void partDigests(
      long epoch, DigestRequest request, AsyncMethodCallback<DigestAnswer> callback) {
    Callbacks.answer(callback, () -> repair.replica().partDigests(epoch, request));
  }

  @Override
  public void compareRecords(
      long epoch, CompareRequest request, AsyncMethodCallback<CompareAnswer> callback) {
    Callbacks.answer(callback, () -> repair.replica().compareRecords(epoch, request));
  }

  @Override
  public void exchangeRecords(
      long epoch, ExchangeRequest request, AsyncMethodCallback<ExchangeAnswer> callback) {
    Callbacks.answer(callback, () -> repair.replica().exchangeRecords(epoch, request));
  }

  @Override
  public void repairedPast(
      long epoch, List<RepairedPast> repaired, AsyncMethodCallback<Void> callback) {
    Callbacks.answer(callback, () -> repair.replica().repairedPast(epoch, repaired));
  }

  @Override
  public void repairPartitions(RepairOrder order, AsyncMethodCallback<RepairProgress> callback) {
    Callbacks.answer(callback, () -> repair.repairPartitions(order));
  }
}
