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

  /** Reading a connection pauses with more unsent answers than this and goes on below a half. */
  private static final int UNSENT_HIGH_BYTES = 1 << 20;

  /** Nested structs that are skipped because nobody knows them; the interface nests five deep. */
  private static final int MAX_SKIP_DEPTH = 64;

  private final ServerOptions options;
  private final Dispatcher dispatcher;
  private final HotPath hot;
  private final DaemonMetrics metrics;
  private final RequestsUnderWay underWay = new RequestsUnderWay();
  private final ConcurrentHashMap<EventLoop, LoopState> states = new ConcurrentHashMap<>();
  private final PortListener listener;

  /**
   * @param loops from {@link NettyTransport#newGroup}; the caller ends them after {@link #stop}
   */
  public ThriftServer(
      ServerOptions options,
      EventLoopGroup loops,
      Dispatcher dispatcher,
      HotPath hot,
      DaemonMetrics metrics) {
    this.options = options;
    this.dispatcher = dispatcher;
    this.hot = hot;
    this.metrics = metrics;
    this.listener =
        new PortListener(
            new PortListener.Bounds(
                options.bindAddress(), options.port(), options.maxConnections(), UNSENT_HIGH_BYTES),
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
   * are finished. Blocks until that is done, or the grace is over and the rest is cut off.
   *
   * @return whether all were finished
   */
  public boolean stop(long graceMs) {
    listener.stopListening(graceMs);
    boolean finished = underWay.endWithin(graceMs);
    if (!finished) {
      LOG.warn("Cut off requests that were not done after the grace of {} ms", graceMs);
    }
    listener.closeConnections(graceMs);
    states.forEach(ThriftServer::release);
    return finished;
  }

  private static void release(EventLoop loop, LoopState state) {
    if (!loop.isShuttingDown()) {
      loop.execute(() -> state.answers().release());
    }
  }

  private final class Connections implements PortListener.Protocol {
    @Override
    public String name() {
      return "Thrift";
    }

    @Override
    public void begin(SocketChannel channel) {
      channel
          .pipeline()
          .addLast(
              new ConnectionHandler(
                  options, dispatcher, underWay, metrics, hot, stateOf(channel.eventLoop())));
    }

    private LoopState stateOf(EventLoop loop) {
      return states.computeIfAbsent(
          loop, l -> new LoopState(options, hot, metrics, ByteBufAllocator.DEFAULT));
    }
  }
}
