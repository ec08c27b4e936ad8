// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.netty.buffer.ByteBuf;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Writes requests and checks answers. For the connections of one thread: it keeps scratch space,
 * but nothing about a connection, whose requests are in {@link Outstanding}.
 */
@InterfaceAudience.Private
public interface WireCodec {
  /** What {@link #decode} returns if it needs more bytes. */
  int INCOMPLETE = -1;

  /** Appends the request of a slot, whose kind and keys are set. */
  void encode(ByteBuf out, Outstanding requests, int slot);

  /**
   * Takes one answer off the buffer, if all of it is there, and counts what it says.
   *
   * @return the slot that was answered; negative: more bytes are needed and none was taken
   * @throws io.sedna.common.error.SednaException PROTOCOL_ERROR if this cannot be an answer; the
   *     connection is of no use any more
   */
  int decode(ByteBuf in, Outstanding requests, Tally tally);
}
