// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import io.sedna.client.wire.AnswerReader;
import io.sedna.common.error.SednaException;
import org.apache.thrift.TException;

/** The frame of a {@link DirectCall}. */
final class DirectFrame extends PendingCall {
  private final DirectCall call;
  private boolean over;

  DirectFrame(int sequenceId, DirectCall call, ByteBuf frame, long timeoutMs, long nowNanos) {
    super(sequenceId, timeoutMs, nowNanos, nowNanos + timeoutMs * 1_000_000);
    this.call = call;
    this.frame = frame;
    this.frameBytes = frame.readableBytes();
  }

  @Override
  String method() {
    return call.method();
  }

  @Override
  void answered(AnswerReader reader) throws TException {
    SednaException refusal = call.answered(reader);
    if (refusal != null) {
      fail(refusal);
    } else {
      over = true;
    }
  }

  @Override
  void fail(SednaException e) {
    if (!over) {
      over = true;
      call.failed(e);
    }
  }
}
