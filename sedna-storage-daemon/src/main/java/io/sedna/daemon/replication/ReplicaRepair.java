// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.replication.repair.FingerprintSet;
import io.sedna.daemon.replication.repair.HashRanges;
import io.sedna.daemon.replication.repair.Head;
import io.sedna.daemon.replication.repair.RangeScan;
import io.sedna.daemon.replication.repair.RecordCode;
import io.sedna.daemon.replication.repair.RiceCode;
import io.sedna.thrift.peer.CompareAnswer;
import io.sedna.thrift.peer.CompareRequest;
import io.sedna.thrift.peer.DigestAnswer;
import io.sedna.thrift.peer.DigestRequest;
import io.sedna.thrift.peer.ExchangeAnswer;
import io.sedna.thrift.peer.ExchangeRequest;
import io.sedna.thrift.peer.RepairedPast;
import io.sedna.thrift.peer.RootDigests;
import io.sedna.thrift.peer.TablePartitions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The replica's side of a repair: answers what a {@link Reconciler} elsewhere asks. Each call does
 * a bounded amount of work and answers with a bounded amount of bytes, and nothing is kept between
 * two calls. Callers are refused as for reads ({@link ReplicaService}). Thread-safe; nothing
 * blocks.
 */
@InterfaceAudience.Private
public final class ReplicaRepair {
  /** Records that one comparison looks at; more than the caller's, so that it rarely ends early. */
  static final int MAX_COMPARED = 8192;

  /** Bytes of records that one comparison looks at. */
  static final int MAX_BYTES = 4 << 20;

  private final ReplicaService replica;
  private final RepairStores stores;
  private final LocalDigests digests;
  private final RepairMarks marks;
  private final int batchBytes;

  /**
   * @param batchBytes of records in one answer, about
   */
  ReplicaRepair(
      ReplicaService replica,
      RepairStores stores,
      LocalDigests digests,
      RepairMarks marks,
      int batchBytes) {
    this.replica = replica;
    this.stores = stores;
    this.digests = digests;
    this.marks = marks;
    this.batchBytes = batchBytes;
  }

  /** Those of partitions that are not served here count as unknown. */
  public CompletionStage<RootDigests> rootDigests(long epoch, List<TablePartitions> partitions) {
    return replica.caughtUp(
        epoch,
        () -> {
          List<Long> roots = new ArrayList<>();
          List<Integer> unknown = new ArrayList<>();
          for (TablePartitions table : partitions) {
            for (int partition : table.getPartitions()) {
              Long root =
                  replica.serves(epoch, table.getTableId(), partition)
                      ? digests.root(table.getTableId(), partition)
                      : null;
              if (root == null) {
                unknown.add(roots.size());
              }
              roots.add(root == null ? 0 : root);
            }
          }
          return new RootDigests(roots, unknown);
        });
  }

  public CompletionStage<DigestAnswer> partDigests(long epoch, DigestRequest request) {
    return replica.caughtUp(
        epoch,
        () -> {
          replica.requireServing(epoch, request.getTableId(), request.getPartition());
          long[] known =
              digests.parts(request.getTableId(), request.getPartition(), request.getDepth());
          if (known == null) {
            return new DigestAnswer(-1, ByteBuffer.allocate(0));
          }
          int depth = LocalDigests.depthOf(known);
          long[] parents =
              depth < request.getParentDepth()
                  ? new long[0]
                  : RiceCode.decode(request.getParents());
          int children = 1 << Math.max(0, depth - request.getParentDepth());
          ByteBuffer answer = ByteBuffer.allocate(parents.length * children * request.getWidth());
          for (long parent : parents) {
            for (int i = 0; i < children; i++) {
              LocalDigests.write(known[(int) parent * children + i], request.getWidth(), answer);
            }
          }
          return new DigestAnswer(depth, answer.flip());
        });
  }

  public CompletionStage<CompareAnswer> compareRecords(long epoch, CompareRequest request) {
    return replica.caughtUp(
        epoch,
        () -> {
          PartitionMap map =
              replica.requireServing(epoch, request.getTableId(), request.getPartition());
          var theirs =
              FingerprintSet.decode(
                  request.getFingerprints(),
                  request.getCount(),
                  request.getBits(),
                  request.getSalt());
          RangeScan own =
              stores.scan(
                  request.getTableId(),
                  request.getPartition(),
                  ranges(map, request.getPartition(), request.getRanges()),
                  MAX_COMPARED,
                  MAX_BYTES);
          List<StoredRecord> missing = new ArrayList<>();
          long[] unmatched = theirs.compare(own.records(), missing);
          List<Head> heads = new ArrayList<>(missing.size());
          for (StoredRecord record : missing) {
            heads.add(Head.of(record, map.log2Partitions()));
          }
          return new CompareAnswer(
              ByteBuffer.wrap(RiceCode.encode(unmatched)),
              ByteBuffer.wrap(Head.encode(heads)),
              own.done(),
              own.nextHash());
        });
  }

  public CompletionStage<ExchangeAnswer> exchangeRecords(long epoch, ExchangeRequest request) {
    return replica.caughtUp(
        epoch,
        () -> {
          int tableId = request.getTableId();
          int partition = request.getPartition();
          PartitionMap map = replica.requireServing(epoch, tableId, partition);
          // Before the merge, so that nothing that just came goes back.
          long[] wanted = RiceCode.decode(request.getWanted());
          HashRanges ranges = ranges(map, partition, request.getRanges());
          RangeScan found = stores.scan(tableId, partition, ranges, MAX_COMPARED, batchBytes);
          List<StoredRecord> answer = new ArrayList<>();
          for (StoredRecord record : found.records()) {
            if (Arrays.binarySearch(wanted, Head.place(record.hash(), map.log2Partitions())) >= 0) {
              answer.add(record);
            }
          }
          KeyHash hash = KeyHash.ofTable(tableId);
          stores.merge(tableId, partition, map, RecordCode.decode(request.getRecords(), hash));
          replica.requireServing(epoch, tableId, partition);
          return new ExchangeAnswer(
              ByteBuffer.wrap(RecordCode.encode(answer)), found.done(), found.nextHash());
        });
  }

  private static HashRanges ranges(PartitionMap map, int partition, List<Long> bounds) {
    return HashRanges.of(bounds, map.firstHash(partition), map.lastHash(partition));
  }

  public CompletionStage<Void> repairedPast(long epoch, List<RepairedPast> repaired) {
    return replica.caughtUp(
        epoch,
        () -> {
          for (RepairedPast table : repaired) {
            for (int partition : table.getPartitions()) {
              if (replica.serves(epoch, table.getTableId(), partition)) {
                marks.repaired(table.getTableId(), partition, table.getTimestamp());
              }
            }
          }
          return null;
        });
  }
}
