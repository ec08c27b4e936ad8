// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sedna.client.rpc.ByteBufTransport;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializable;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TProtocol;

/** Thrift's protocols that frames may be in. Each message shows which: by its first byte. */
enum Wire {
  BINARY {
    @Override
    TProtocol protocol(ByteBufTransport transport) {
      return transport.strictBinaryProtocol();
    }
  },
  COMPACT {
    @Override
    TProtocol protocol(ByteBufTransport transport) {
      return new TCompactProtocol(transport);
    }
  };

  /** First byte of every message of the compact protocol; the binary one's is 0x80. */
  private static final int COMPACT_ID = 0x82;

  abstract TProtocol protocol(ByteBufTransport transport);

  /** The protocol of a frame; binary for what is none. */
  static Wire of(ByteBuf frame) {
    return frame.isReadable() && frame.getUnsignedByte(frame.readerIndex()) == COMPACT_ID
        ? COMPACT
        : BINARY;
  }

  /** A message with its frame's length before it; the caller releases it. */
  ByteBuf encode(ByteBufAllocator allocator, TMessage header, TSerializable body)
      throws TException {
    ByteBuf frame = allocator.ioBuffer();
    boolean done = false;
    try {
      frame.writeInt(0);
      TProtocol out = protocol(new ByteBufTransport(frame));
      out.writeMessageBegin(header);
      body.write(out);
      out.writeMessageEnd();
      frame.setInt(0, frame.readableBytes() - Integer.BYTES);
      done = true;
      return frame;
    } finally {
      if (!done) {
        frame.release();
      }
    }
  }
}
