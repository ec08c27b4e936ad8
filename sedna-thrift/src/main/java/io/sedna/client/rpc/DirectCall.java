// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import io.sedna.client.wire.AnswerReader;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.TException;

/**
 * A call that writes its request and reads its answer itself, without the generated classes. It
 * ends once: {@link #answered} returned null, or {@link #failed} was called; both on the
 * connection's event loop, unless the request could not even be queued.
 */
@InterfaceAudience.Private
public interface DirectCall {
  /** The method's name, for errors. */
  String method();

  /** What {@link #encode} writes, the frame's length included. */
  long bytes();

  /** Writes the whole frame, before the call of {@link RpcClient} returns. */
  void encode(ByteBuf frame, int sequenceId);

  /**
   * Reads the answer.
   *
   * @return null: it is over; otherwise why the daemon refused, and {@link #failed} follows
   * @throws TException if it cannot be read; {@link #failed} follows
   */
  SednaException answered(AnswerReader reader) throws TException;

  /** There is no answer. */
  void failed(SednaException e);
}
