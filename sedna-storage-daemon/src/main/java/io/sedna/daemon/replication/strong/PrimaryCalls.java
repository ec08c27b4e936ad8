// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.replication.PeerCodec;
import io.sedna.daemon.replication.ReadReply;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.peer.PeerRecord;
import io.sedna.thrift.peer.PeerScanRequest;
import io.sedna.thrift.peer.PeerScanResult;
import io.sedna.thrift.peer.PrimaryCallKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Brings calls to the primaries of their keys, be those here or elsewhere, and tries again while
 * the primary changes. Changes of strong tables are named ({@link RequestId}) before they are sent,
 * so that trying again does nothing twice; those of eventual tables are sent again only where it is
 * sure that nothing was done. Thread-safe; nothing blocks.
 */
@InterfaceAudience.Private
public final class PrimaryCalls {
  private final StrongContext context;
  private final Primary primary;
  private final long client;
  private final AtomicLong sequence = new AtomicLong();

  /**
   * @param client names this run of this daemon in the requests that come without a name
   */
  public PrimaryCalls(StrongContext context, Primary primary, long client) {
    this.context = context;
    this.primary = primary;
    this.client = client;
  }

  /** A call of the given kind, hashed for the table. */
  public static PrimaryCall call(
      Table table,
      PrimaryCallKind kind,
      byte[] key,
      byte[] value,
      long number,
      long expiresAtMs,
      int source,
      int flags,
      RequestId request) {
    return new PrimaryCall(
        kind,
        key,
        KeyHash.ofTable(table.id()).hash(key),
        value,
        number,
        expiresAtMs,
        source,
        flags,
        request);
  }

  /**
   * Has calls done.
   *
   * @return replies in the order of the calls; never fails as a whole
   */
  public CompletableFuture<List<PrimaryReply>> call(Table table, List<PrimaryCall> calls) {
    boolean named = table.isStrong();
    var sent = new ArrayList<PrimaryCall>(calls.size());
    for (PrimaryCall call : calls) {
      sent.add(named && call.request() == null ? call.withRequest(name()) : call);
    }
    return new Routed<>(context, new PrimaryCallSender(context, primary, table), sent).start();
  }

  private RequestId name() {
    return new RequestId(client, sequence.incrementAndGet(), context.clock().wallMillis());
  }

  /**
   * Reads keys of a strong table.
   *
   * @return replies in the order of the keys; never fails as a whole
   */
  public CompletableFuture<List<ReadReply>> read(Table table, List<byte[]> keys) {
    return new Routed<>(context, new PrimaryReadSender(context, primary, table), keys).start();
  }

  /** The next records of a range of hashes of a strong table, over any number of partitions. */
  public CompletableFuture<ScanBatch> scan(Table table, ScanRange range) {
    return new StrongScan(context, this, table, range).start();
  }

  CompletableFuture<ScanBatch> scanAt(MapNode node, Table table, ScanRange range, long timeoutMs) {
    try {
      return node.id().equals(context.self())
          ? context.bounded(primary.reads().scan(table, range), context.deadlineNanos())
          : context.peers().scan(node, context.maps().epoch(), table.id(), range, timeoutMs);
    } catch (SednaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  // -- For peers.

  /** As sedna_peer.thrift has it. */
  public CompletionStage<List<PeerRecord>> readPrimary(
      long epoch, int tableId, List<ByteBuffer> keys) {
    return context.caughtUpTo(
        epoch,
        () ->
            context
                .bounded(
                    primary
                        .reads()
                        .read(
                            primary.table(tableId),
                            keys.stream().map(PrimaryCalls::bytes).toList()),
                    context.deadlineNanos())
                .thenApply(
                    records -> {
                      long nowMs = context.clock().wallMillis();
                      var sent = new ArrayList<PeerRecord>(records.size());
                      for (StoredRecord record : records) {
                        sent.add(PeerCodec.toPeer(record, record.newest(nowMs)));
                      }
                      return sent;
                    }));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** As sedna_peer.thrift has it. */
  public CompletionStage<PeerScanResult> scanPrimary(long epoch, PeerScanRequest request) {
    return context.caughtUpTo(
        epoch,
        () ->
            context
                .bounded(
                    primary
                        .reads()
                        .scan(primary.table(request.getTableId()), PeerCodec.fromPeer(request)),
                    context.deadlineNanos())
                .thenApply(PeerCodec::toPeer));
  }
}
