// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Ends a connection from this side so that its client gets what was answered before. A socket that
 * is closed while bytes of the client wait in it, or come later, has the kernel reset the
 * connection and drop the answers that the client has not taken (RFC 1122, 4.2.2.13). So from the
 * beginning of the end what comes is read and thrown away; after the last answer the client is told
 * that no more will come; and the socket is closed when the client has closed its side, or a bound
 * is reached. Meanwhile the connection counts among the open ones. Of the event loop alone.
 */
@InterfaceAudience.Private
public final class LingeringClose extends ChannelInboundHandlerAdapter {
  /**
   * What a client that is being left may still take of the daemon; beyond it the socket is closed.
   *
   * @param answersMs from the beginning until the last answer has been sent
   * @param lingerMs from then on
   * @param inputBytes that are thrown away
   */
  public record Bounds(long answersMs, long lingerMs, long inputBytes) {
    private static final long ANSWERS_MS = 60_000;
    private static final long LINGER_MS = 5_000;
    private static final long INPUT_BYTES = 64 << 20;

    /** Where no setting says anything else. */
    public static final Bounds DEFAULT = new Bounds(ANSWERS_MS, LINGER_MS, INPUT_BYTES);

    /** With the default's bound of input. */
    static Bounds within(long answersMs, long lingerMs) {
      return new Bounds(answersMs, lingerMs, INPUT_BYTES);
    }

    /** As the default, with other bounds of answers and input. */
    static Bounds of(long answersMs, long inputBytes) {
      return new Bounds(answersMs, LINGER_MS, inputBytes);
    }
  }

  private final Channel channel;
  private final Bounds bounds;
  private long inputBytes;
  private Future<?> timeout;

  private LingeringClose(Channel channel, Bounds bounds) {
    this.channel = channel;
    this.bounds = bounds;
  }

  /** From now on what comes on a connection is thrown away; {@link #after} has to follow. */
  public static LingeringClose begin(Channel channel, Bounds bounds) {
    var end = new LingeringClose(channel, bounds);
    channel.pipeline().addFirst(end);
    end.closeWithin(bounds.answersMs());
    channel.closeFuture().addListener(closed -> end.timeout.cancel(false));
    channel.config().setAutoRead(true);
    return end;
  }

  /**
   * Says what the last answer is.
   *
   * @param lastAnswer done when it has been given to the kernel
   */
  public void after(ChannelFuture lastAnswer) {
    lastAnswer.addListener(sent -> endOutput(sent.isSuccess()));
  }

  private void endOutput(boolean sent) {
    if (sent && channel instanceof DuplexChannel socket) {
      socket.shutdownOutput().addListener(done -> linger(done.isSuccess()));
    } else {
      close();
    }
  }

  private void linger(boolean told) {
    if (!told) {
      close();
    } else if (channel.isOpen()) {
      timeout.cancel(false);
      closeWithin(bounds.lingerMs());
    }
  }

  private void closeWithin(long ms) {
    timeout = channel.eventLoop().schedule(this::close, ms, TimeUnit.MILLISECONDS);
  }

  private void close() {
    var unused = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext unused, Object message) {
    var in = (ByteBuf) message;
    inputBytes += in.readableBytes();
    in.release();
    if (inputBytes > bounds.inputBytes()) {
      close();
    }
  }
}
