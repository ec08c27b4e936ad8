// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.replication.repair.HashRanges;
import io.sedna.daemon.replication.repair.RiceCode;
import io.sedna.thrift.peer.DigestAnswer;
import io.sedna.thrift.peer.DigestRequest;
import io.sedna.thrift.peer.PackedBatch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Finds what one source holds of a table that this replica does not, after another source has given
 * all its records. First the hash trees of both are compared, which tells that nothing differs
 * without a look at any record; in the ranges where they differ, digests of the records are; and
 * the records of those hashes alone are asked for under which the source holds something else.
 *
 * <p>Trees compare versions, as repair does: the bytes of a value follow from its version. Caches
 * forget what they like, each replica for itself, so nobody keeps trees of them, and all their
 * records are compared.
 *
 * <p>Part of a {@link PartitionFill}, and of its thread.
 */
final class FillComparison {
  /** Hashes that are asked for in one call. */
  private static final int MOST_HASHES = 4096;

  /** A source that makes its tree is asked again after so long. */
  private static final long TREE_PAUSE_MS = 10;

  private final PartitionFill fill;
  private final Transfer transfer;
  private final MapNode source;
  private final Table table;
  private final int partition;

  /** The source has begun to make its tree, if it had none. */
  private boolean treeAsked;

  private boolean ownTreeMade;

  /** Where something may differ that was not looked at; null: the trees are not compared yet. */
  private HashRanges ranges;

  /** Hashes before the ranges under which the source holds something else. */
  private List<Long> differing = List.of();

  FillComparison(
      PartitionFill fill, Transfer transfer, int partition, MapNode source, Table table) {
    this.fill = fill;
    this.transfer = transfer;
    this.partition = partition;
    this.source = source;
    this.table = table;
  }

  /** All that the source held is here. */
  boolean done() {
    return ranges != null && ranges.isEmpty() && differing.isEmpty();
  }

  /** Asks the next question, or does what is to be done before. */
  void step(PartitionMap map) {
    if (!differing.isEmpty()) {
      askForHashes(map);
    } else if (ranges != null) {
      askForDigests(map);
    } else if (table.schema().memory() == MemoryMode.CACHE) {
      ranges = HashRanges.of(new long[1], 0, map.firstHash(partition), map.log2Partitions());
      askForDigests(map);
    } else if (treeAsked && !ownTreeMade) {
      makeOwnTree();
    } else {
      askForTree(map);
    }
  }

  private PartitionStore store() {
    return transfer.engine().find(table.id(), partition);
  }

  private void makeOwnTree() {
    ownTreeMade = true;
    PartitionStore store = store();
    fill.elsewhere(
        () -> {
          while (store != null && !store.prepareDigests()) {
            // Slice by slice: each holds the store's lock for a moment.
          }
        });
  }

  private void askForTree(PartitionMap map) {
    var all = ByteBuffer.wrap(RiceCode.encode(new long[1]));
    var request = new DigestRequest(table.id(), partition, ownDepth(), 0, all, Long.BYTES);
    fill.ask(
        transfer.peers().treeDigests(source, map.epoch(), request, transfer.timeoutMs()),
        answer -> answer.bufferForDigests().remaining(),
        answer -> tookTree(map, answer));
  }

  /** As fine as this replica's own tree can be compared with. */
  private int ownDepth() {
    PartitionStore store = store();
    long[] own = store == null ? null : store.digests(PartitionStore.MOST_DIGEST_DEPTH);
    return own == null ? 0 : LocalDigests.depthOf(own);
  }

  private void tookTree(PartitionMap map, DigestAnswer answer) {
    if (!treeAsked) {
      treeAsked = true; // What it was before this replica's was made is of no use.
      return;
    }
    if (answer.getDepth() < 0) {
      fill.waitAtLeast(TREE_PAUSE_MS);
      return;
    }
    PartitionStore store = store();
    int depth = answer.getDepth();
    long[] own = store == null ? new long[1 << depth] : store.digests(depth);
    if (own == null) {
      ownTreeMade = false;
      return;
    }
    depth = LocalDigests.depthOf(own);
    long[] theirs = LocalDigests.coarser(digests(answer), depth);
    long[] parts = new long[own.length];
    int count = 0;
    for (int i = 0; i < own.length; i++) {
      if (own[i] != theirs[i]) {
        parts[count++] = i;
      }
    }
    ranges =
        HashRanges.of(
            Arrays.copyOf(parts, count), depth, map.firstHash(partition), map.log2Partitions());
  }

  private static long[] digests(DigestAnswer answer) {
    ByteBuffer packed = answer.bufferForDigests();
    long[] digests = new long[1 << answer.getDepth()];
    if (packed.remaining() != digests.length * Long.BYTES) {
      throw PeerCodec.wrongCount("digests", digests.length, packed.remaining() / Long.BYTES);
    }
    packed.asLongBuffer().get(digests);
    return digests;
  }

  private void askForDigests(PartitionMap map) {
    ScanRange range =
        ScanRange.of(
            ranges.first(0), ranges.last(0), transfer.batchBytes(), ScanRange.View.EVERYTHING);
    fill.ask(
        transfer.peers().pullDigests(source, map.epoch(), table.id(), range, transfer.timeoutMs()),
        PartitionFill::bytes,
        batch -> tookDigests(range, batch));
  }

  private void tookDigests(ScanRange range, PackedBatch batch) {
    long last = batch.isDone() ? range.endHash() : batch.getNextHash() - 1;
    differing =
        PackedDigests.differing(batch.bufferForPacked(), ownDigests(range.startHash(), last));
    ranges = batch.isDone() ? ranges.rest() : ranges.from(batch.getNextHash());
  }

  private ByteBuffer ownDigests(long first, long last) {
    PartitionStore store = store();
    var own = new ByteArrayOutputStream();
    ScanRange range = ScanRange.of(first, last, transfer.batchBytes(), ScanRange.View.EVERYTHING);
    while (store != null) {
      ScanBatch batch = store.scan(range);
      own.writeBytes(PackedDigests.pack(batch.records()).array());
      if (batch.done()) {
        break;
      }
      range = range.from(batch.nextHash());
    }
    return ByteBuffer.wrap(own.toByteArray());
  }

  private void askForHashes(PartitionMap map) {
    List<Long> hashes = List.copyOf(differing.subList(0, Math.min(differing.size(), MOST_HASHES)));
    fill.ask(
        transfer
            .peers()
            .pullHashes(
                source,
                map.epoch(),
                table.id(),
                hashes,
                transfer.batchBytes(),
                transfer.timeoutMs()),
        PartitionFill::bytes,
        batch -> tookHashes(hashes.size(), batch));
  }

  private void tookHashes(int hashes, PackedBatch batch) {
    int taken = batch.isDone() ? hashes : differing.indexOf(batch.getNextHash());
    if (taken <= 0) {
      throw PeerCodec.wrongCount("hashes", hashes, taken);
    }
    FillMerge merge = fill.merge(table.id(), batch);
    if (merge != null) {
      merge.run();
    }
    differing = differing.subList(taken, differing.size());
  }
}
