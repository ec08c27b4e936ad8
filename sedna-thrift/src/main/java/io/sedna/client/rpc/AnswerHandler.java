// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.sedna.client.wire.AnswerReader;
import org.apache.thrift.TException;

/** Takes the answers of a connection; each is a frame without its length. */
final class AnswerHandler extends SimpleChannelInboundHandler<ByteBuf> {
  /** Whose answers they are. Called on the event loop. */
  interface Connection {
    /**
     * An answer has come.
     *
     * @return the call that it belongs to; null: nobody waits for it any more
     */
    PendingCall answered(int sequenceId, int bytes);

    /** Everything that had arrived has been read. */
    void readComplete();

    /**
     * An answer makes no sense, so nothing behind it can either.
     *
     * @param call that it belongs to; null: that is unknown too
     */
    void unreadable(String what, PendingCall call, Throwable cause);

    /** The channel is of no use any more. */
    void broken(String what, Throwable cause);
  }

  private final Connection connection;
  private final int maxFrameBytes;
  private final ByteBufTransport transport = new ByteBufTransport(Unpooled.EMPTY_BUFFER);
  private final AnswerReader reader = new AnswerReader(transport.strictBinaryProtocol());

  AnswerHandler(Connection connection, int maxFrameBytes) {
    this.connection = connection;
    this.maxFrameBytes = maxFrameBytes;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
    transport.reset(frame);
    int bytes = frame.readableBytes();
    PendingCall call = null;
    try {
      call = connection.answered(reader.begin(frame), bytes);
      if (call != null) {
        call.answered(reader);
      }
    } catch (TException | RuntimeException e) {
      connection.unreadable("unreadable answer: " + e.getMessage(), call, e);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    connection.readComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    connection.broken("it closed the connection", null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException) {
      connection.unreadable(
          "answer is no frame of at most " + maxFrameBytes + " bytes: " + cause.getMessage(),
          null,
          cause);
    } else {
      connection.broken(String.valueOf(cause.getMessage()), cause);
    }
  }
}
