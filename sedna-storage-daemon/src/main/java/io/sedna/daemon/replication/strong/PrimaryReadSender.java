// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.replication.ReadReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads on their way to primaries. */
final class PrimaryReadSender implements Routed.Sender<byte[], ReadReply> {
  private final StrongContext context;
  private final Primary primary;
  private final Table table;
  private final KeyHash hash;

  PrimaryReadSender(StrongContext context, Primary primary, Table table) {
    this.context = context;
    this.primary = primary;
    this.table = table;
    this.hash = KeyHash.ofTable(table.id());
  }

  @Override
  public long hash(byte[] key) {
    return hash.hash(key);
  }

  @Override
  public CompletableFuture<List<ReadReply>> here(List<byte[]> keys) {
    return primary.reads().read(table, keys).thenApply(PrimaryReadSender::replies);
  }

  @Override
  public CompletableFuture<List<ReadReply>> there(
      MapNode node, long epoch, List<byte[]> keys, long timeoutMs) {
    return context
        .peers()
        .read(node, epoch, table.id(), keys, timeoutMs)
        .thenApply(PrimaryReadSender::replies);
  }

  private static List<ReadReply> replies(List<StoredRecord> records) {
    return records.stream().map(record -> new ReadReply(record, null)).toList();
  }

  @Override
  public SednaException error(ReadReply reply) {
    return reply.error();
  }

  @Override
  public ReadReply failed(SednaException error) {
    return new ReadReply(null, error);
  }

  @Override
  public boolean again(SednaException error) {
    return PrimaryCallSender.meansChange(error.code());
  }
}
