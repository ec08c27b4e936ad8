// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.sedna.client.wire.KeyRequests;
import io.sedna.client.wire.WriteArguments;
import io.sedna.common.conf.HostPort;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.Closeable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TFieldIdEnum;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;

/**
 * Calls daemons: framed Thrift in the strict binary protocol, many requests under way on each
 * connection, matched to their answers by sequence id, connections opened when first used and again
 * after they broke.
 *
 * <p>Nothing here blocks. A call's future completes on the connection's event loop, so what hangs
 * on it must be short. It fails with {@link SednaException} only:
 *
 * <ul>
 *   <li>whatever error the daemon answered;
 *   <li>UNAVAILABLE: no connection, or it broke before the answer, so that what the daemon did is
 *       unknown;
 *   <li>TIMEOUT: no answer in time; again unknown;
 *   <li>OVERLOADED: too much is under way to this address; nothing was sent;
 *   <li>FRAME_TOO_LARGE: the request exceeds the frame limit; nothing was sent;
 *   <li>PROTOCOL_ERROR: the answer could not be understood; the connection is closed;
 *   <li>NOT_SUPPORTED: the daemon does not know the method.
 * </ul>
 *
 * <p>Where the daemon cannot have seen the request, it is a {@link RequestNotSentException}.
 * Thread-safe.
 */
@InterfaceAudience.Private
public final class RpcClient implements Closeable {
  private static final int LENGTH_BYTES = 4;
  private static final int INITIAL_FRAME_BYTES = 512;
  private static final long CLOSING_MS = 50;
  private static final long LONGEST_CLOSING_MS = 1000;

  private final RpcOptions options;
  private final EventLoopGroup group;
  private final boolean ownsGroup;
  private final OffLoopResolverGroup resolver = new OffLoopResolverGroup();
  private final Bootstrap bootstrap;
  private final ConcurrentHashMap<Address, ConnectionPool> pools = new ConcurrentHashMap<>();
  private final AtomicInteger sequence = new AtomicInteger();
  private volatile Consumer<HostPort> silenceListener = silent -> {};
  private volatile boolean closed;

  record Address(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * @param shared event loops to use, from {@link NettyTransport#newGroup}; null: its own, as many
   *     as processors, ended by {@link #close}
   */
  public RpcClient(RpcOptions options, EventLoopGroup shared) {
    this.options = options;
    this.ownsGroup = shared == null;
    this.group = shared == null ? NettyTransport.newGroup(0, "sedna-rpc") : shared;
    this.bootstrap =
        new Bootstrap()
            .group(group)
            .channel(NettyTransport.socketChannel(group))
            .resolver(resolver)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, options.connectTimeoutMs());
  }

  /** Negative: answers are matched by it, so the daemon need not keep them in order. */
  private int nextSequenceId() {
    return sequence.incrementAndGet() | Integer.MIN_VALUE;
  }

  public RpcOptions options() {
    return options;
  }

  /**
   * @param listener told on an event loop, a few times a second, of a daemon that answers nothing
   *     on a connection though it ought to
   */
  public void onSilence(Consumer<HostPort> listener) {
    silenceListener = listener;
  }

  /**
   * Gives up waiting for a daemon that may not answer any more: calls on connections on which
   * nothing has come for a while, though something is due, fail with UNAVAILABLE; where the daemon
   * may have seen them, what it did is unknown. Connections that live are left alone.
   *
   * @param why for the error
   */
  public void giveUpSilent(String host, int port, String why) {
    ConnectionPool pool = pools.get(new Address(host, port));
    if (pool != null) {
      pool.closeSilent(
          new SednaException(
              ErrorCode.UNAVAILABLE, "daemon silent: address=" + host + ":" + port + ": " + why));
    }
  }

  /** As the other, with the default time-out of the options. */
  public <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>>
      CompletableFuture<R> call(
          String host, int port, String method, A args, Supplier<R> emptyResult) {
    return call(host, port, method, args, emptyResult, options.requestTimeoutMs());
  }

  /**
   * Calls one method.
   *
   * @param args the generated {@code METHOD_args}, read before this returns
   * @param emptyResult makes the generated {@code METHOD_result}
   * @param timeoutMs milliseconds to the answer, opening a connection included
   * @return completes with a result that holds the value, if the method has one; an error in the
   *     result has become a failure of the future
   */
  public <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>>
      CompletableFuture<R> call(
          String host, int port, String method, A args, Supplier<R> emptyResult, long timeoutMs) {
    if (closed) {
      return CompletableFuture.failedFuture(closedError());
    }
    ConnectionPool pool = pool(host, port);
    int id = nextSequenceId();
    ByteBuf frame;
    try {
      frame = encode(method, args, id);
    } catch (SednaException e) {
      return CompletableFuture.failedFuture(e);
    }
    var call = new StructCall<>(id, method, frame, timeoutMs, System.nanoTime(), emptyResult);
    try {
      pool.send(call, call.frameBytes);
    } catch (SednaException e) {
      frame.release();
      return CompletableFuture.failedFuture(e);
    }
    if (closed) {
      pool.close(closedError());
    }
    return call.future;
  }

  /**
   * Sends one call of one key, in a frame that others may share ({@link Gathering}). It ends
   * through the call's own methods.
   */
  public void call(String host, int port, KeyCall<?> call) {
    int bytes = call.frameBytes();
    if (bytes - LENGTH_BYTES > options.maxFrameBytes()) {
      call.failed(frameTooLarge("a call of one key", bytes - LENGTH_BYTES), false);
      return;
    }
    if (closed) {
      call.failed(closedError(), false);
      return;
    }
    ConnectionPool pool = pool(host, port);
    try {
      pool.send(call, bytes);
    } catch (SednaException e) {
      call.failed(e, false);
      return;
    }
    if (closed) {
      pool.close(closedError());
    }
  }

  /**
   * Sends a multiGet or multiPut, encoded before this returns. It ends through the batch's own
   * methods.
   *
   * @param table the table's name in UTF-8
   */
  public void call(
      String host, int port, long epoch, byte[] table, KeyBatch batch, long timeoutMs) {
    if (closed) {
      batch.failed(closedError());
      return;
    }
    int id = nextSequenceId();
    ByteBuf frame;
    try {
      frame = encode(epoch, table, batch, id);
    } catch (SednaException e) {
      batch.failed(e);
      return;
    }
    ConnectionPool pool = pool(host, port);
    try {
      var call = new BatchFrame(id, batch, frame, timeoutMs, System.nanoTime());
      pool.send(call, call.frameBytes);
    } catch (SednaException e) {
      frame.release();
      batch.failed(e);
      return;
    }
    if (closed) {
      pool.close(closedError());
    }
  }

  /** Sends a call that encodes itself, before this returns. It ends through its own methods. */
  public void call(String host, int port, DirectCall call, long timeoutMs) {
    if (closed) {
      call.failed(closedError());
      return;
    }
    long bytes = call.bytes();
    if (bytes - LENGTH_BYTES > options.maxFrameBytes()) {
      call.failed(frameTooLarge(call.method(), bytes - LENGTH_BYTES));
      return;
    }
    ConnectionPool pool = pool(host, port);
    int id = nextSequenceId();
    ByteBuf frame = ByteBufAllocator.DEFAULT.ioBuffer((int) bytes);
    try {
      call.encode(frame, id);
      pool.send(new DirectFrame(id, call, frame, timeoutMs, System.nanoTime()), bytes);
    } catch (SednaException e) {
      frame.release();
      call.failed(e);
      return;
    }
    if (closed) {
      pool.close(closedError());
    }
  }

  private ByteBuf encode(long epoch, byte[] table, KeyBatch batch, int id) {
    WriteArguments writes = batch.writes();
    long bytes =
        writes == null
            ? KeyRequests.multiGetBytes(table, batch)
            : KeyRequests.multiPutBytes(table, batch, writes);
    if (bytes - LENGTH_BYTES > options.maxFrameBytes()) {
      throw frameTooLarge(writes == null ? "multiGet" : "multiPut", bytes - LENGTH_BYTES);
    }
    ByteBuf frame = ByteBufAllocator.DEFAULT.ioBuffer((int) bytes);
    if (writes == null) {
      KeyRequests.multiGet(frame, (int) bytes, id, epoch, table, batch);
    } else {
      KeyRequests.multiPut(frame, (int) bytes, id, epoch, table, batch, writes);
    }
    return frame;
  }

  private SednaException frameTooLarge(String what, long bytes) {
    return new SednaException(
        ErrorCode.FRAME_TOO_LARGE,
        "request too large: method="
            + what
            + ", bytes="
            + bytes
            + ", limit="
            + options.maxFrameBytes());
  }

  private ConnectionPool pool(String host, int port) {
    var address = new Address(host, port);
    ConnectionPool pool = pools.get(address);
    return pool != null
        ? pool
        : pools.computeIfAbsent(
            address,
            a ->
                new ConnectionPool(
                    a,
                    bootstrap,
                    options,
                    this::nextSequenceId,
                    () -> silenceListener.accept(new HostPort(host, port))));
  }

  private <A extends TBase<A, ?>> ByteBuf encode(String method, A args, int id) {
    ByteBuf frame = ByteBufAllocator.DEFAULT.ioBuffer(INITIAL_FRAME_BYTES);
    boolean done = false;
    try {
      frame.writeInt(0);
      TBinaryProtocol protocol = new ByteBufTransport(frame).strictBinaryProtocol();
      protocol.writeMessageBegin(new TMessage(method, TMessageType.CALL, id));
      args.write(protocol);
      protocol.writeMessageEnd();
      int bytes = frame.readableBytes() - LENGTH_BYTES;
      if (bytes > options.maxFrameBytes()) {
        throw frameTooLarge(method, bytes);
      }
      frame.setInt(0, bytes);
      done = true;
      return frame;
    } catch (TException e) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "arguments of " + method + " cannot be sent: " + e.getMessage(),
          e);
    } finally {
      if (!done) {
        frame.release();
      }
    }
  }

  private static SednaException closedError() {
    return new RequestNotSentException(ErrorCode.SHUTTING_DOWN, "the client is closed", null);
  }

  /** Fails what is under way with SHUTTING_DOWN and closes the connections. */
  @Override
  public void close() {
    closed = true;
    var reason = new SednaException(ErrorCode.SHUTTING_DOWN, "the client was closed");
    pools.values().forEach(pool -> pool.close(reason));
    resolver.close();
    if (ownsGroup) {
      shutDown(group);
    }
  }

  /**
   * Ends event loops whose connections have been told to close; does not wait for it. With io_uring
   * a connection is closed a moment after it was asked to, and needs its loop until then.
   */
  public static void shutDown(EventLoopGroup group) {
    var unused = group.shutdownGracefully(CLOSING_MS, LONGEST_CLOSING_MS, TimeUnit.MILLISECONDS);
  }
}
