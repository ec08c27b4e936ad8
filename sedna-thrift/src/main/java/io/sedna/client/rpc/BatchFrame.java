// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import io.sedna.client.wire.AnswerReader;
import io.sedna.common.error.SednaException;
import org.apache.thrift.TException;

/** A batch of one caller, encoded by that caller. */
final class BatchFrame extends PendingCall {
  private final KeyBatch batch;
  private boolean over;

  BatchFrame(int sequenceId, KeyBatch batch, ByteBuf frame, long timeoutMs, long nowNanos) {
    super(sequenceId, timeoutMs, nowNanos, nowNanos + timeoutMs * 1_000_000);
    this.batch = batch;
    this.frame = frame;
    this.frameBytes = frame.readableBytes();
  }

  @Override
  String method() {
    return batch.writes() == null ? "multiGet" : "multiPut";
  }

  @Override
  void answered(AnswerReader reader) throws TException {
    SednaException refusal =
        batch.writes() == null
            ? reader.multiGet(batch.size(), batch)
            : reader.multiPut(batch.size(), batch);
    if (refusal != null) {
      fail(refusal);
    } else {
      over = true;
      batch.answered();
    }
  }

  @Override
  void fail(SednaException e) {
    if (!over) {
      over = true;
      batch.failed(e);
    }
  }
}
