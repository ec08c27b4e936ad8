// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.schema.Table;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Changes on their way to primaries. */
final class PrimaryCallSender implements Routed.Sender<PrimaryCall, PrimaryReply> {
  private final StrongContext context;
  private final Primary primary;
  private final Table table;

  PrimaryCallSender(StrongContext context, Primary primary, Table table) {
    this.context = context;
    this.primary = primary;
    this.table = table;
  }

  @Override
  public long hash(PrimaryCall call) {
    return call.hash();
  }

  @Override
  public CompletableFuture<List<PrimaryReply>> here(List<PrimaryCall> calls) {
    return primary.call(table, calls);
  }

  @Override
  public CompletableFuture<List<PrimaryReply>> there(
      MapNode node, long epoch, List<PrimaryCall> calls, long timeoutMs) {
    return context.peers().call(node, epoch, table.id(), calls, timeoutMs);
  }

  @Override
  public SednaException error(PrimaryReply reply) {
    return reply.error();
  }

  @Override
  public PrimaryReply failed(SednaException error) {
    return PrimaryReply.failed(error);
  }

  /**
   * A change without a name is sent again only where it was refused before anything was done. (A
   * primary of an eventual table that says NOT_PRIMARY has refused; of a strong one it may have
   * lost its lease later.)
   */
  @Override
  public boolean again(SednaException error) {
    return table.isStrong() ? meansChange(error.code()) : refusedAtOnce(error.code());
  }

  static boolean meansChange(ErrorCode code) {
    return refusedAtOnce(code) || Quorums.meansUnreachable(code);
  }

  private static boolean refusedAtOnce(ErrorCode code) {
    return code == ErrorCode.NOT_PRIMARY
        || code == ErrorCode.STALE_MAP
        || code == ErrorCode.LOADING
        || code == ErrorCode.NOT_REPLICA;
  }
}
