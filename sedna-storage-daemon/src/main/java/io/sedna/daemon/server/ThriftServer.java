// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.metrics.DaemonMetrics;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.protocol.TProtocolUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves framed Thrift (4-byte length, then strict binary or compact protocol, each frame as it
 * comes) on event loops: the loop that read a request decodes it, calls the service and, where the
 * answer is there at once, encodes it.
 *
 * <p>Answers carry the sequence ids of their requests. Requests of a connection are answered in
 * their order; those with a negative sequence id as soon as they are done. What does not fit is
 * refused within bounds: a frame that is too long or garbage closes its connection, when the client
 * has been answered what came before and told why ({@link LingeringClose}); with too much under way
 * on a connection, or too much unsent, reading pauses; a client that takes nothing of its answers
 * is cut off; connections above the limit are closed at once.
 */
@InterfaceAudience.Private
public final class ThriftServer {
  private static final Logger LOG = LoggerFactory.getLogger(ThriftServer.class);

  /** Nested structs that are skipped because nobody knows them; the interface nests five deep. */
  private static final int MAX_SKIP_DEPTH = 64;

  private final ServerParts parts;
  private final NettyTransport transport;
  private final ConcurrentHashMap<EventLoop, LoopState> states = new ConcurrentHashMap<>();
  private final PortListener listener;

  /**
   * @param loops from {@link NettyTransport#newGroup}; the caller ends them after {@link #stop}
   * @param present whether requests may be served; if not, they are answered UNAVAILABLE
   */
  public ThriftServer(
      ServerOptions options,
      EventLoopGroup loops,
      Dispatcher dispatcher,
      HotPath hot,
      BooleanSupplier present,
      DaemonMetrics metrics) {
    this.transport = NettyTransport.of(loops);
    this.parts =
        new ServerParts(
            options,
            dispatcher,
            hot,
            new RequestsUnderWay(),
            new NetworkMemory(options.networkMemoryBytes()),
            present,
            metrics);
    this.listener =
        new PortListener(
            new PortListener.Bounds(
                options.bindAddress(),
                options.port(),
                options.maxConnections(),
                options.maxUnsentBytes()),
            loops,
            metrics,
            new Connections());
  }

  /**
   * Listens. Blocks until the port is bound.
   *
   * @return the port
   * @throws SednaException UNAVAILABLE if the address cannot be bound, naming it
   */
  public int start() {
    TProtocolUtil.setMaxSkipDepth(MAX_SKIP_DEPTH);
    return listener.start();
  }

  /**
   * Stops: no new connections, requests that come now are answered SHUTTING_DOWN, those under way
   * are finished, and clients get the answers. Blocks until that is done, or the grace is over and
   * the rest is cut off.
   *
   * @return whether all were finished
   */
  public boolean stop(long graceMs) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(graceMs);
    listener.stopListening(graceMs);
    boolean finished = parts.underWay().endWithin(graceMs);
    if (!finished) {
      LOG.warn("Cut off requests that were not done after the grace of {} ms", graceMs);
    }
    long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
    if (finished && leftMs > 0) {
      listener.endConnections(leftMs);
    }
    listener.closeConnections(graceMs);
    states.forEach(ThriftServer::release);
    return finished;
  }

  private static void release(EventLoop loop, LoopState state) {
    if (!loop.isShuttingDown()) {
      loop.execute(() -> state.release());
    }
  }

  private final class Connections implements PortListener.Protocol {
    @Override
    public String name() {
      return "Thrift";
    }

    @Override
    public void begin(SocketChannel channel) {
      var handler = new ConnectionHandler(parts, stateOf(channel.eventLoop()));
      channel.config().setRecvByteBufAllocator(handler.readMemory(transport));
      channel.pipeline().addLast(handler);
    }

    @Override
    public void end(SocketChannel channel, long withinMs) {
      var handler = channel.pipeline().get(ConnectionHandler.class);
      if (handler != null) {
        handler.leave(withinMs);
      }
    }

    private LoopState stateOf(EventLoop loop) {
      return states.computeIfAbsent(
          loop, l -> new LoopState(l, transport, parts, ByteBufAllocator.DEFAULT));
    }
  }
}
