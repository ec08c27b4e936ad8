// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sedna.bench.wire.Outstanding;
import io.sedna.bench.wire.Tally;
import io.sedna.bench.wire.WireCodec;
import io.sedna.bench.workload.OperationKind;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;

/**
 * One connection: takes answers off the wire, and lets its thread send what follows. All on the
 * thread's event loop.
 */
final class LoadConnection extends ChannelInboundHandlerAdapter {
  private static final int REST_BYTES = 4096;
  private static final int MIN_OUT_BYTES = 512;
  private static final int MAX_OUT_BYTES = 1 << 20;

  private final LoadThread thread;
  private final WireCodec codec;
  private final Outstanding requests;

  private Channel channel;

  /** The beginning of an answer whose end has not come. */
  private ByteBuf rest;

  /** Requests to be sent when all that is to be said now is said. */
  private ByteBuf out;

  private int outBytes = MIN_OUT_BYTES;

  LoadConnection(LoadThread thread, WireCodec codec, LoadSpec spec) {
    this.thread = thread;
    this.codec = codec;
    requests = new Outstanding(spec.pipeline(), spec.batch());
  }

  Outstanding requests() {
    return requests;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    rest = context.alloc().directBuffer(REST_BYTES);
    thread.connected();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var read = (ByteBuf) message;
    try {
      if (thread.hasEnded()) {
        return;
      }
      if (rest.isReadable()) {
        rest.writeBytes(read);
        decode(rest);
        rest.discardReadBytes();
      } else {
        decode(read);
        rest.clear();
        rest.writeBytes(read);
      }
    } finally {
      read.release();
    }
  }

  private void decode(ByteBuf in) {
    long nowNanos = System.nanoTime();
    Tally tally = thread.tally(nowNanos);
    while (in.isReadable()) {
      int slot = codec.decode(in, requests, tally);
      if (slot < 0) {
        return;
      }
      answered(slot, nowNanos);
    }
  }

  private void answered(int slot, long nowNanos) {
    boolean wrote = requests.isWriting(slot);
    OperationKind kind = requests.kind(slot);
    requests.answered(slot);
    thread.answered(requests, slot, nowNanos, wrote);
    if (!wrote && kind == OperationKind.READ_MODIFY_WRITE) {
      requests.beginWrite(slot);
      codec.encode(out(), requests, slot);
    } else {
      requests.release(slot);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    thread.mayGoOn(this);
    flush();
  }

  /**
   * Puts the next operation, whose slot must be free, among those that go out with the next flush.
   */
  boolean begin(long startNanos) {
    int slot = requests.begin(thread.operations(), startNanos);
    if (slot < 0) {
      return false;
    }
    codec.encode(out(), requests, slot);
    return true;
  }

  private ByteBuf out() {
    if (out == null) {
      out = channel.alloc().directBuffer(outBytes);
    }
    return out;
  }

  void flush() {
    if (out != null) {
      // So that buffers need not grow, and are those that the allocator has at hand.
      outBytes = Math.min(MAX_OUT_BYTES, Math.max(outBytes, out.readableBytes()));
      var unused = channel.writeAndFlush(out, channel.voidPromise());
      out = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!thread.hasEnded()) {
      thread.fail(
          new SednaException(
              ErrorCode.UNAVAILABLE,
              context.channel().remoteAddress()
                  + " closed a connection with "
                  + requests.underWay()
                  + " requests under way"));
    }
    release();
  }

  private void release() {
    if (rest != null) {
      rest.release();
      rest = null;
    }
    if (out != null) {
      out.release();
      out = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    thread.fail(
        cause instanceof SednaException failure
            ? failure
            : new SednaException(
                ErrorCode.UNAVAILABLE,
                "the connection to " + context.channel().remoteAddress() + " failed: " + cause,
                cause));
  }

  void close() {
    if (channel != null) {
      var unused = channel.close();
    }
  }
}
