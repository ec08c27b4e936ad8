// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.rpc.ReadCall;
import io.sedna.common.conf.HostPort;
import io.sedna.common.error.SednaException;
import java.util.Optional;

/** The first attempt of a get, which is nearly always the only one; {@link Attempts} has others. */
final class GetCall extends ReadCall<Optional<VersionedValue>> implements Runnable {
  private final ClientCore core;
  private final DefaultTable table;
  private final TableCache.Entry entry;
  private final HostPort node;
  private final Gate gate;

  GetCall(
      ClientCore core,
      DefaultTable table,
      TableCache.Entry entry,
      byte[] key,
      HostPort node,
      long epoch) {
    super(epoch, table.utf8Name(), key, core.attemptTimeoutMs());
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

  GetCall start() {
    gate.enter(this);
    return this;
  }

  @Override
  protected void found(byte[] value, long timestamp, int source, long expiresAtMs) {
    core.clock().observe(timestamp);
    answered(Optional.of(new VersionedValue(value, timestamp, source, expiresAtMs)));
  }

  @Override
  protected void absent() {
    answered(Optional.empty());
  }

  private void answered(Optional<VersionedValue> value) {
    gate.leave();
    core.health().answered(node);
    core.end(this, value, null);
  }

  @Override
  protected void failed(SednaException e, boolean ofSharedFrame) {
    gate.leave();
    var attempts = TableReads.attempts(core, table.name(), entry, key(), startNanos());
    var others = attempts.goOn(node, e, ofSharedFrame);
    var unused =
        table
            .orWithNewEntry(others, newer -> TableReads.latest(core, table.name(), newer, key()))
            .whenComplete((value, failure) -> core.end(this, value, failure));
  }
}
