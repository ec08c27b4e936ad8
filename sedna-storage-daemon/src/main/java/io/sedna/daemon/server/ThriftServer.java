// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.metrics.DaemonMetrics;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.protocol.TProtocolUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves framed Thrift (4-byte length, strict binary protocol) on event loops: the loop that read a
 * request decodes it, calls the service and, where the answer is there at once, encodes it.
 *
 * <p>Requests of a connection are answered as they are done, not in their order; answers carry the
 * sequence id. What does not fit is refused within bounds: a frame that is too long or garbage
 * closes its connection; with too much under way on a connection, or too much unsent, reading
 * pauses; connections above the limit are closed at once.
 */
@InterfaceAudience.Private
public final class ThriftServer {
  private static final Logger LOG = LoggerFactory.getLogger(ThriftServer.class);

  private static final int LENGTH_BYTES = 4;
  private static final int BACKLOG = 1024;

  /** Reading a connection pauses with more unsent answers than this and goes on below a half. */
  private static final int UNSENT_HIGH_BYTES = 1 << 20;

  /** Nested structs that are skipped because nobody knows them; the interface nests five deep. */
  private static final int MAX_SKIP_DEPTH = 64;

  private final ServerOptions options;
  private final EventLoopGroup loops;
  private final Dispatcher dispatcher;
  private final DaemonMetrics metrics;
  private final RequestsUnderWay underWay = new RequestsUnderWay();
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private Channel listener;

  /**
   * @param loops from {@link NettyTransport#newGroup}; the caller ends them after {@link #stop}
   */
  public ThriftServer(
      ServerOptions options, EventLoopGroup loops, Dispatcher dispatcher, DaemonMetrics metrics) {
    this.options = options;
    this.loops = loops;
    this.dispatcher = dispatcher;
    this.metrics = metrics;
  }

  /**
   * Listens. Blocks until the port is bound.
   *
   * @return the port
   * @throws SednaException UNAVAILABLE if the address cannot be bound, naming it
   */
  public int start() {
    TProtocolUtil.setMaxSkipDepth(MAX_SKIP_DEPTH);
    var bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NettyTransport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(UNSENT_HIGH_BYTES / 2, UNSENT_HIGH_BYTES))
            .childHandler(new Connections())
            .bind(options.bindAddress(), options.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new SednaException(
          ErrorCode.UNAVAILABLE,
          "cannot listen on "
              + options.bindAddress()
              + ":"
              + options.port()
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    listener = bound.channel();
    int port = ((InetSocketAddress) listener.localAddress()).getPort();
    LOG.info("Serving Thrift on {}:{}", options.bindAddress(), port);
    return port;
  }

  /**
   * Stops: no new connections, requests that come now are answered SHUTTING_DOWN, those under way
   * are finished. Blocks until that is done, or the grace is over and the rest is cut off.
   *
   * @return whether all were finished
   */
  public boolean stop(long graceMs) {
    if (listener != null) {
      listener.close().awaitUninterruptibly(graceMs, TimeUnit.MILLISECONDS);
    }
    boolean finished = underWay.endWithin(graceMs);
    if (!finished) {
      LOG.warn("Cut off requests that were not done after the grace of {} ms", graceMs);
    }
    connections.close().awaitUninterruptibly(graceMs, TimeUnit.MILLISECONDS);
    return finished;
  }

  private final class Connections extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      int open = metrics.connectionOpened();
      channel.closeFuture().addListener(closed -> metrics.connectionClosed());
      if (open > options.maxConnections()) {
        metrics.connectionRefused();
        LOG.warn(
            "Refused a connection of {}: connections={}, limit={}",
            channel.remoteAddress(),
            open,
            options.maxConnections());
        var unused = channel.close();
        return;
      }
      connections.add(channel);
      channel
          .pipeline()
          .addLast(
              new LengthFieldBasedFrameDecoder(
                  options.maxFrameBytes(), 0, LENGTH_BYTES, 0, LENGTH_BYTES),
              new ConnectionHandler(options, dispatcher, underWay, metrics));
    }
  }
}
