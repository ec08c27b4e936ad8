// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Puts together what the reads of a socket brought. Pieces of a short frame are copied into one; a
 * long one stays in pieces, as it would be copied again and again while it grows.
 */
final class LongFrames implements ByteToMessageDecoder.Cumulator {
  static final LongFrames INSTANCE = new LongFrames();

  private static final int LONG_BYTES = 128 << 10;

  private LongFrames() {}

  @Override
  public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf before, ByteBuf more) {
    boolean isLong =
        before.readableBytes() >= Integer.BYTES && before.getInt(before.readerIndex()) > LONG_BYTES;
    return isLong
        ? ByteToMessageDecoder.COMPOSITE_CUMULATOR.cumulate(allocator, before, more)
        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, more);
  }
}
