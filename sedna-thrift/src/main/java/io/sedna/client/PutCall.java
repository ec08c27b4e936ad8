// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.rpc.WriteCall;
import io.sedna.client.wire.RequestId;
import io.sedna.client.wire.WriteArguments;
import io.sedna.common.conf.HostPort;
import io.sedna.common.error.SednaException;

/** The first attempt of a put, which is nearly always the only one; {@link Attempts} has others. */
final class PutCall extends WriteCall<WriteResult> implements Runnable {
  private final ClientCore core;
  private final DefaultTable table;
  private final TableCache.Entry entry;
  private final HostPort node;
  private final Gate gate;

  /**
   * @param options with the timestamp that every attempt carries, and the table's consistency
   */
  PutCall(
      ClientCore core,
      DefaultTable table,
      TableCache.Entry entry,
      byte[] key,
      byte[] value,
      WriteOptions options,
      HostPort node,
      long epoch) {
    super(
        epoch,
        table.utf8Name(),
        key,
        value,
        new WriteArguments(options.timestamp(), options.source(), options.ttlMs()),
        entry.isStrong() ? core.requests() : null,
        core.attemptTimeoutMs());
    this.core = core;
    this.table = table;
    this.entry = entry;
    this.node = node;
    this.gate = core.calls().gate(node);
  }

  /** Sends it, now that its turn has come. */
  @Override
  public void run() {
    core.calls().send(node, this);
  }

  PutCall start() {
    gate.enter(this);
    return this;
  }

  @Override
  protected void written(int status, long timestamp) {
    gate.leave();
    core.health().answered(node);
    core.clock().observe(timestamp);
    core.end(this, new WriteResult(Values.status(status), timestamp), null);
  }

  /** Null: a table that needs none; otherwise the first attempt's, or one if it was never made. */
  private RequestId request() {
    RequestId request = arguments().requestId();
    return request == null && entry.isStrong() ? core.requests().next() : request;
  }

  @Override
  protected void failed(SednaException e, boolean ofSharedFrame) {
    gate.leave();
    WriteOptions stamped =
        new WriteOptions(arguments().timestamp(), arguments().source(), arguments().ttlMs());
    var others =
        table
            .writes()
            .putAgain(
                entry,
                key(),
                value(),
                stamped,
                request(),
                startNanos(),
                attempts -> attempts.goOn(node, e, ofSharedFrame));
    var unused =
        table
            .orWithNewEntry(others, newer -> table.writes().put(newer, key(), value(), stamped))
            .whenComplete((result, failure) -> core.end(this, result, failure));
  }
}
