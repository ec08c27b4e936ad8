// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.sedna.common.conf.MemcachedConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.engine.MemoryUse;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.server.PortListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Serves memcached's text protocol on a port of its own: one table for all clients. Thread-safe.
 */
@InterfaceAudience.Private
public final class MemcachedServer {
  /** A connection with more unsent answers than this is not worked for until there are fewer. */
  private static final int UNSENT_HIGH_BYTES = 1 << 20;

  private final MemcachedConfig config;
  private final CacheTable table;
  private final BooleanSupplier present;
  private final DaemonMetrics metrics;
  private final PortListener listener;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Statistics statistics;
  private final Flusher flusher;
  private final String bindAddress;
  private volatile int port;

  /**
   * @param loops from {@link io.sedna.client.rpc.NettyTransport#newGroup}; the caller ends them
   *     after {@link #stop}
   * @param memory of the daemon, for statistics
   * @param present whether commands may be served; if not, connections are closed, which clients
   *     take for a cache that went away
   */
  public MemcachedServer(
      MemcachedConfig config,
      String bindAddress,
      EventLoopGroup loops,
      CacheTable table,
      MemoryUse memory,
      BooleanSupplier present,
      DaemonMetrics metrics) {
    this.config = config;
    this.bindAddress = bindAddress;
    this.table = table;
    this.present = present;
    this.metrics = metrics;
    this.flusher = new Flusher(table);
    this.statistics = new Statistics(this, config, table, memory, flusher, threads(loops));
    this.listener =
        new PortListener(
            new PortListener.Bounds(
                bindAddress, config.port(), config.maxConnections(), UNSENT_HIGH_BYTES),
            loops,
            metrics,
            new Protocol());
  }

  private static int threads(EventLoopGroup loops) {
    var threads = new AtomicInteger();
    loops.forEach(loop -> threads.incrementAndGet());
    return threads.get();
  }

  /**
   * Listens. Blocks until the port is bound.
   *
   * @return the port
   * @throws SednaException UNAVAILABLE if the address cannot be bound, naming it; NOT_SUPPORTED if
   *     this Java gives no memory by address
   */
  public int start() {
    ByteBuf probe = Unpooled.directBuffer(1);
    try {
      if (!probe.hasMemoryAddress()) {
        throw new SednaException(
            ErrorCode.NOT_SUPPORTED,
            "memcached's protocol needs buffers by address: start Java without"
                + " -Dio.netty.noUnsafe=true");
      }
    } finally {
      probe.release();
    }
    port = listener.start();
    return port;
  }

  /** Stops listening and closes all connections, which clients take for a cache that went away. */
  public void stop(long graceMs) {
    listener.stopListening(graceMs);
    listener.closeConnections(graceMs);
    flusher.close();
  }

  boolean present() {
    return present.getAsBoolean();
  }

  CacheTable table() {
    return table;
  }

  int maxItemBytes() {
    return config.maxValueBytes();
  }

  Statistics statistics() {
    return statistics;
  }

  String bindAddress() {
    return bindAddress;
  }

  int port() {
    return port;
  }

  int connections() {
    return listener.connections();
  }

  void forEachConnection(Consumer<Connection> action) {
    connections.forEach(action);
  }

  void opened(Connection connection) {
    connections.add(connection);
    statistics.opened();
  }

  void closed(Connection connection) {
    if (connections.remove(connection)) {
      statistics.closed(connection.counters());
    }
  }

  private final class Protocol implements PortListener.Protocol {
    @Override
    public String name() {
      return "memcached";
    }

    @Override
    public void begin(SocketChannel channel) {
      if (config.idleTimeoutMs() > 0) {
        channel
            .pipeline()
            .addLast(new IdleStateHandler(config.idleTimeoutMs(), 0, 0, TimeUnit.MILLISECONDS));
      }
      channel.pipeline().addLast(new Connection(MemcachedServer.this, metrics));
    }

    /** Nobody asks for it: clients take a cache that stops for one that went away. */
    @Override
    public void end(SocketChannel channel, long withinMs) {
      var unused = channel.close();
    }

    @Override
    public ChannelFuture refuse(SocketChannel channel) {
      statistics.refused();
      return channel.writeAndFlush(Unpooled.wrappedBuffer(Text.TOO_MANY_CONNECTIONS));
    }
  }
}
