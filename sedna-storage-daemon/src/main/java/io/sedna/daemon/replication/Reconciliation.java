// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.replication.repair.Difference;
import io.sedna.daemon.replication.repair.FingerprintSet;
import io.sedna.daemon.replication.repair.HashRanges;
import io.sedna.daemon.replication.repair.Head;
import io.sedna.daemon.replication.repair.RangeScan;
import io.sedna.daemon.replication.repair.RecordCode;
import io.sedna.daemon.replication.repair.RiceCode;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.CompareAnswer;
import io.sedna.thrift.peer.CompareRequest;
import io.sedna.thrift.peer.DigestAnswer;
import io.sedna.thrift.peer.DigestRequest;
import io.sedna.thrift.peer.ExchangeAnswer;
import io.sedna.thrift.peer.ExchangeRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run of a {@link Reconciler}. Every method runs on its worker, one after another.
 *
 * <pre>
 *   descend: roots, parts, leaves  ->  compare some ranges  ->  exchange their records
 *      ^                                ^    until none is left         |
 *      |                                +-------------------------------+
 *      +------------------ the leaves that differ still, three times ---+
 * </pre>
 */
final class Reconciliation {
  /** Bits of the fingerprints of each pass. With the last, nothing is overlooked. */
  private static final int[] PASS_BITS = {8, 16, 40};

  private static final int LAST_PASS = PASS_BITS.length - 1;

  /** Bytes of a leaf's digest that are compared, but in the last pass. */
  private static final int LEAF_BYTES = 6;

  /** Parts that are compared after the root and before the leaves. */
  private static final int MIDDLE_DEPTH = 5;

  /** Records that one comparison is about. */
  private static final int MAX_RECORDS = 4096;

  private static final int MAX_RANGES = 512;

  /** How long to wait for digests that are being made, and for how long to do so. */
  private static final long LOOK_AGAIN_MS = 5;

  private static final long MAX_WAIT_NS = TimeUnit.SECONDS.toNanos(60);

  /** About what a message takes beside what is counted. */
  private static final int MESSAGE_BYTES = 64;

  private final Reconciler reconciler;
  private final int tableId;
  private final int partition;
  private final MapNode peer;
  private final boolean urgent;
  private final KeyHash hash;
  private final CompletableFuture<Reconciler.Outcome> done = new CompletableFuture<>();
  private final long startNanos;

  private int pass;

  /** Parts of 2^depth that differ as far as is known. */
  private long[] parts = {0};

  private int depth;

  /** Whether no digests of smaller parts are to be had. */
  private boolean finest;

  /** What is to be compared yet in this pass. */
  private HashRanges left;

  private long pulled;
  private long pushed;
  private long bytes;

  Reconciliation(Reconciler reconciler, int tableId, int partition, MapNode peer, boolean urgent) {
    this.reconciler = reconciler;
    this.tableId = tableId;
    this.partition = partition;
    this.peer = peer;
    this.urgent = urgent;
    this.hash = KeyHash.ofTable(tableId);
    this.startNanos = reconciler.worker.nanoTime();
  }

  CompletableFuture<Reconciler.Outcome> done() {
    return done;
  }

  void start() {
    guarded(() -> descend(0));
  }

  /** Whatever goes wrong ends the run. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      end(e);
    }
  }

  private void end(Throwable failure) {
    reconciler.metrics.repaired(pulled + pushed, bytes);
    if (failure == null) {
      done.complete(new Reconciler.Outcome(pulled, pushed, bytes));
    } else {
      done.completeExceptionally(Errors.of(failure));
    }
  }

  private PartitionMap map() {
    return reconciler.replica.requireServing(reconciler.maps.epoch(), tableId, partition);
  }

  private <T> void then(CompletableFuture<T> answer, Consumer<T> next) {
    var unused =
        answer.whenComplete(
            (value, failure) ->
                reconciler.worker.execute(
                    () -> {
                      if (failure != null) {
                        end(failure);
                      } else {
                        guarded(() -> next.accept(value));
                      }
                    }));
  }

  private void later(long delayMs, Runnable next) {
    var unused = reconciler.worker.schedule(() -> guarded(next), delayMs);
  }

  // -- Digests.

  /** Compares digests of what is under the parts, of so many parts or as many as there are. */
  private void descend(int toDepth) {
    long[] own = reconciler.digests.parts(tableId, partition, toDepth);
    if (own == null) {
      lookAgain(toDepth);
      return;
    }
    int asked = Math.max(depth, Math.min(toDepth, LocalDigests.depthOf(own)));
    int width = asked > MIDDLE_DEPTH && pass < LAST_PASS ? LEAF_BYTES : Long.BYTES;
    byte[] parents = RiceCode.encode(parts);
    var request =
        new DigestRequest(tableId, partition, asked, depth, ByteBuffer.wrap(parents), width);
    then(
        reconciler.peers.digests(peer, map().epoch(), request),
        answer -> compareDigests(toDepth, own, request, answer));
  }

  private void lookAgain(int toDepth) {
    if (reconciler.worker.nanoTime() - startNanos > MAX_WAIT_NS) {
      throw new SednaException(
          ErrorCode.TIMEOUT,
          "digests of table id="
              + tableId
              + ", partition="
              + partition
              + " were not made within "
              + TimeUnit.NANOSECONDS.toSeconds(MAX_WAIT_NS)
              + " s");
    }
    later(LOOK_AGAIN_MS, () -> descend(toDepth));
  }

  private void compareDigests(int toDepth, long[] own, DigestRequest asked, DigestAnswer answer) {
    byte[] digests = answer.getDigests();
    sent(asked.getParents().length + digests.length);
    if (answer.getDepth() < 0) {
      lookAgain(toDepth);
      return;
    }
    int common = Math.min(answer.getDepth(), LocalDigests.depthOf(own));
    if (common > depth && answer.getDepth() < asked.getDepth()) {
      finest = true;
      descend(common); // The other one's tree is coarser than this one's.
      return;
    }
    // If not, a tree has just become coarser than the parts: they are taken as they are.
    if (common >= depth) {
      keepDiffering(LocalDigests.coarser(own, common), common, asked.getWidth(), digests);
    }
    finest |= common < toDepth || toDepth == PartitionStore.MOST_DIGEST_DEPTH;
    if (parts.length == 0) {
      end(null);
    } else if (finest) {
      PartitionMap map = map();
      left = HashRanges.of(parts, depth, map.firstHash(partition), map.log2Partitions());
      compareNext();
    } else {
      descend(toDepth < MIDDLE_DEPTH ? MIDDLE_DEPTH : PartitionStore.MOST_DIGEST_DEPTH);
    }
  }

  private void keepDiffering(long[] own, int common, int width, byte[] digests) {
    int children = 1 << (common - depth);
    var theirs = ByteBuffer.wrap(digests);
    if (digests.length != parts.length * children * width) {
      throw PeerCodec.wrongCount("digests", parts.length * children, digests.length / width);
    }
    var differing = new ArrayList<Long>();
    for (long parent : parts) {
      for (int i = 0; i < children; i++) {
        long part = parent * children + i;
        if (LocalDigests.cut(own[(int) part], width) != LocalDigests.read(theirs, width)) {
          differing.add(part);
        }
      }
    }
    parts = differing.stream().mapToLong(Long::longValue).toArray();
    depth = common;
  }

  // -- Records.

  private void compareNext() {
    if (left.isEmpty()) {
      nextPass();
      return;
    }
    PartitionMap map = map();
    HashRanges wanted = left.limit(MAX_RANGES);
    RangeScan own =
        reconciler.stores.scan(tableId, partition, wanted, MAX_RECORDS, ReplicaRepair.MAX_BYTES);
    HashRanges ranges = own.done() ? wanted : wanted.below(own.nextHash());
    int bits = PASS_BITS[pass];
    long salt = hash.hash(new byte[] {(byte) pass});
    FingerprintSet fingerprints = FingerprintSet.of(own.records(), bits, salt);
    var request =
        new CompareRequest(
            tableId,
            partition,
            ranges.toList(),
            own.records().size(),
            bits,
            salt,
            ByteBuffer.wrap(fingerprints.encode()));
    then(
        reconciler.peers.compare(peer, map.epoch(), request),
        answer -> compared(ranges, own.records(), fingerprints, request, answer));
  }

  private void compared(
      HashRanges ranges,
      List<StoredRecord> own,
      FingerprintSet fingerprints,
      CompareRequest asked,
      CompareAnswer answer) {
    sent(
        asked.getFingerprints().length
            + 2L * Long.BYTES * ranges.count()
            + answer.getUnmatched().length
            + answer.getHeads().length);
    HashRanges looked = answer.isDone() ? ranges : ranges.below(answer.getNextHash());
    long next = answer.isDone() ? ranges.last(ranges.count() - 1) + 1 : answer.getNextHash();
    // Behind the last hash of all there is nothing.
    left = next == 0 ? left.limit(0) : left.from(next);
    List<StoredRecord> unknown =
        new ArrayList<>(fingerprints.at(RiceCode.decode(answer.getUnmatched()), own));
    if (!answer.isDone()) {
      unknown.removeIf(record -> Long.compareUnsigned(record.hash(), next) >= 0);
    }
    int bits = map().log2Partitions();
    Difference difference = Difference.of(unknown, Head.decode(answer.getHeads()), bits);
    pulled += difference.wanted().length;
    pushed += difference.push().size();
    HashRanges wanted = looked.holding(difference.wanted(), bits);
    exchange(difference.push(), 0, difference.wanted(), wanted);
  }

  /**
   * Sends records, and asks for others.
   *
   * @param from the first that has not been sent
   * @param ranges that hold what is wanted and has not come
   */
  private void exchange(List<StoredRecord> push, int from, long[] wanted, HashRanges ranges) {
    if (from == push.size() && ranges.isEmpty()) {
      compareNext();
      return;
    }
    int to = from;
    for (long size = 0; to < push.size() && (to == from || size < reconciler.batchBytes); to++) {
      size += RecordCode.size(push.get(to));
    }
    long[] wantedNow = ranges.isEmpty() ? new long[0] : wanted;
    var request =
        new ExchangeRequest(
            tableId,
            partition,
            ByteBuffer.wrap(RecordCode.encode(push.subList(from, to))),
            ranges.toList(),
            ByteBuffer.wrap(RiceCode.encode(wantedNow)));
    int sentTo = to;
    then(
        reconciler.peers.exchange(peer, map().epoch(), request),
        answer -> exchanged(push, sentTo, wanted, ranges, request, answer));
  }

  private void exchanged(
      List<StoredRecord> push,
      int from,
      long[] wanted,
      HashRanges ranges,
      ExchangeRequest asked,
      ExchangeAnswer answer) {
    reconciler.stores.merge(
        tableId, partition, map(), RecordCode.decode(answer.getRecords(), hash));
    long delayMs =
        sent(
            asked.getRecords().length
                + asked.getWanted().length
                + 2L * Long.BYTES * ranges.count()
                + answer.getRecords().length);
    HashRanges more = answer.isDone() ? ranges.limit(0) : ranges.from(answer.getNextHash());
    later(urgent ? 0 : delayMs, () -> exchange(push, from, wanted, more));
  }

  /** Counts; answers for how long to pause. */
  private long sent(long more) {
    bytes += more + MESSAGE_BYTES;
    return reconciler.pace.sent(more + MESSAGE_BYTES);
  }

  private void nextPass() {
    pass++;
    if (pass == PASS_BITS.length) {
      end(null);
    } else {
      descend(depth);
    }
  }
}
