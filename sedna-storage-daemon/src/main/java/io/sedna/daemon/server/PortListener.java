// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.metrics.DaemonMetrics;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that connections come in by: binds it, bounds how many there are and what each may have
 * unsent, counts them, and closes them at the end. What is spoken on them is the {@link Protocol}'s
 * business. Thread-safe.
 */
@InterfaceAudience.Private
public final class PortListener {
  private static final Logger LOG = LoggerFactory.getLogger(PortListener.class);
  private static final int BACKLOG = 1024;

  /** As many connections above the limit are open at once, for their clients to see why. */
  private static final int MOST_REFUSED = 100;

  /** What is spoken on the connections. Called on their event loops. */
  public interface Protocol {
    /** Name for log lines. */
    String name();

    /** Fills the pipeline of a new connection. */
    void begin(SocketChannel channel);

    /**
     * The daemon stops: nothing more of a connection is served, and it ends when its client has
     * been answered what came before.
     *
     * @param withinMs how long the client may take
     */
    void end(SocketChannel channel, long withinMs);

    /**
     * A connection above the limit, which is closed: says so, if the protocol can.
     *
     * @return done when that has been sent; null: nothing is said
     */
    default ChannelFuture refuse(SocketChannel channel) {
      return null;
    }
  }

  /**
   * @param port 0: any free one
   * @param maxConnections at once, of this port
   * @param unsentHighBytes a connection with more unsent answers than this is not writable, until
   *     there are fewer than half as many
   */
  public record Bounds(String bindAddress, int port, int maxConnections, int unsentHighBytes) {}

  private final Bounds bounds;
  private final EventLoopGroup loops;
  private final DaemonMetrics metrics;
  private final Protocol protocol;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private Channel listener;

  /**
   * @param loops from {@link NettyTransport#newGroup}; the caller ends them after the connections
   */
  public PortListener(
      Bounds bounds, EventLoopGroup loops, DaemonMetrics metrics, Protocol protocol) {
    this.bounds = bounds;
    this.loops = loops;
    this.metrics = metrics;
    this.protocol = protocol;
  }

  /**
   * Listens. Blocks until the port is bound.
   *
   * @return the port
   * @throws SednaException UNAVAILABLE if the address cannot be bound, naming it
   */
  public int start() {
    var bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NettyTransport.serverChannel(loops))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(bounds.unsentHighBytes() / 2, bounds.unsentHighBytes()))
            .childHandler(new Connections())
            .bind(bounds.bindAddress(), bounds.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new SednaException(
          ErrorCode.UNAVAILABLE,
          "cannot listen on "
              + bounds.bindAddress()
              + ":"
              + bounds.port()
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    listener = bound.channel();
    int port = ((InetSocketAddress) listener.localAddress()).getPort();
    LOG.info("Serving {} on {}:{}", protocol.name(), bounds.bindAddress(), port);
    return port;
  }

  /** Takes no more connections; those that are there stay. Blocks until that is done. */
  public void stopListening(long timeoutMs) {
    if (listener != null) {
      listener.close().awaitUninterruptibly(timeoutMs, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Has all connections end as the protocol does. Blocks until all are closed, or the time is over.
   */
  public void endConnections(long withinMs) {
    for (Channel connection : connections) {
      connection.eventLoop().execute(() -> protocol.end((SocketChannel) connection, withinMs));
    }
    connections.newCloseFuture().awaitUninterruptibly(withinMs, TimeUnit.MILLISECONDS);
  }

  /** Closes all connections. Blocks until that is done. */
  public void closeConnections(long timeoutMs) {
    connections.close().awaitUninterruptibly(timeoutMs, TimeUnit.MILLISECONDS);
  }

  /** Connections now. */
  public int connections() {
    return open.get();
  }

  private final class Connections extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      int now = open.incrementAndGet();
      boolean tooMany = now > bounds.maxConnections();
      metrics.connectionOpened();
      channel
          .closeFuture()
          .addListener(
              closed -> {
                (tooMany ? refused : open).decrementAndGet();
                metrics.connectionClosed();
              });
      connections.add(channel);
      if (tooMany) {
        open.decrementAndGet();
        refuse(channel, now);
        return;
      }
      protocol.begin(channel);
    }

    private void refuse(SocketChannel channel, int now) {
      metrics.connectionRefused();
      LOG.warn(
          "Refused a {} connection of {}: connections={}, limit={}",
          protocol.name(),
          channel.remoteAddress(),
          now,
          bounds.maxConnections());
      int leaving = refused.incrementAndGet();
      ChannelFuture said = protocol.refuse(channel);
      if (said == null) {
        var unused = channel.close();
      } else if (leaving > MOST_REFUSED) {
        said.addListener(ChannelFutureListener.CLOSE);
      } else {
        LingeringClose.begin(channel, LingeringClose.Bounds.DEFAULT).after(said);
      }
    }
  }
}
