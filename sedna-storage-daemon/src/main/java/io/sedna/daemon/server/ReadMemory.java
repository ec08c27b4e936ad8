// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * Has a connection's socket read to where the connection wants it: to memory that all connections
 * of the event loop use in turn, or straight into a long frame. Only for transports that read at
 * once when they have been given memory.
 */
final class ReadMemory extends DefaultMaxMessagesRecvByteBufAllocator {
  private final ConnectionHandler connection;

  ReadMemory(ConnectionHandler connection) {
    this.connection = connection;
  }

  @Override
  public Handle newHandle() {
    return new ReadHandle();
  }

  private final class ReadHandle extends MaxMessageHandle {
    @Override
    public ByteBuf allocate(ByteBufAllocator unused) {
      return connection.whereToRead();
    }

    @Override
    public int guess() {
      return LoopState.READ_BYTES;
    }
  }
}
