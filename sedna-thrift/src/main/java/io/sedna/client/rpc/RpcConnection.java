// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.internal.PlatformDependent;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;

/**
 * One connection, from its opening until it closes for good.
 *
 * <p>Callers put requests into a queue; the event loop takes all that are there, writes them and
 * flushes once, so that a crowd of small requests becomes few packets. {@code pending} and what
 * follows from it belong to the event loop alone. Time-outs are found by a walk over the pending
 * requests every few milliseconds: a timer for each would cost more than the request.
 */
final class RpcConnection {
  private static final long SWEEP_MS = 5;

  private final RpcClient.Address address;
  private final RpcOptions options;
  private final AtomicLong poolBytes;
  private final Consumer<RpcConnection> onClose;
  private final EventLoop loop;

  private final Queue<PendingCall<?, ?>> queue = PlatformDependent.newMpscQueue();
  private final AtomicInteger inflight = new AtomicInteger();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();

  // Of the event loop alone.
  private Channel channel;
  private final IntObjectMap<PendingCall<?, ?>> pending = new IntObjectHashMap<>();
  private final ArrayDeque<PendingCall<?, ?>> unsent = new ArrayDeque<>();
  private boolean connected;
  private boolean sweeping;
  private long lastReadNanos = System.nanoTime();
  private SednaException closedBy;

  private volatile boolean closed;
  private volatile boolean everConnected;

  /** Starts to connect. */
  RpcConnection(
      RpcClient.Address address,
      Bootstrap bootstrap,
      RpcOptions options,
      AtomicLong poolBytes,
      Consumer<RpcConnection> onClose) {
    this.address = address;
    this.options = options;
    this.poolBytes = poolBytes;
    this.onClose = onClose;
    this.loop = bootstrap.config().group().next();
    ChannelFuture connecting =
        bootstrap
            .clone(loop)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    channel = ch;
                    ch.pipeline()
                        .addLast(
                            new LengthFieldBasedFrameDecoder(options.maxFrameBytes(), 0, 4, 0, 4),
                            new AnswerHandler());
                  }
                })
            .connect(address.host(), address.port());
    connecting.addListener(
        f -> {
          if (f.isSuccess()) {
            everConnected = true;
            connected = true;
            drain();
          } else {
            closeBecause(unavailable("cannot connect: " + f.cause().getMessage(), f.cause()));
          }
        });
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether it was ever open: otherwise nothing that was sent on it reached the daemon. */
  boolean everConnected() {
    return everConnected;
  }

  int inflight() {
    return inflight.get();
  }

  /** Takes a place for one more request; false: there is none. */
  boolean reserve() {
    if (inflight.incrementAndGet() > options.maxInflight()) {
      inflight.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Sends a request for which a place was reserved, and its bytes counted in the pool. */
  void send(PendingCall<?, ?> call) {
    queue.add(call);
    if (drainScheduled.compareAndSet(false, true)) {
      try {
        loop.execute(this::drain);
      } catch (RejectedExecutionException e) {
        // The loop has been shut down: whatever is queued would wait for ever.
        closed = true;
        failQueued(unavailable("the client is closed", e));
      }
    }
  }

  private void drain() {
    drainScheduled.set(false);
    if (closedBy != null) {
      failQueued(closedBy);
      return;
    }
    PendingCall<?, ?> call;
    while ((call = queue.poll()) != null) {
      pending.put(call.sequenceId, call);
      unsent.add(call);
    }
    if (connected && !unsent.isEmpty()) {
      while ((call = unsent.poll()) != null) {
        if (pending.containsKey(call.sequenceId)) {
          call.written = true;
          var unused = channel.write(call.frame, channel.voidPromise());
        }
      }
      channel.flush();
    }
    sweepWhilePending();
  }

  private void sweepWhilePending() {
    if (!sweeping && !pending.isEmpty()) {
      sweeping = true;
      var unused = loop.schedule(this::sweep, SWEEP_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    sweeping = false;
    if (closedBy != null) {
      return;
    }
    long now = System.nanoTime();
    List<PendingCall<?, ?>> late = List.of();
    for (PendingCall<?, ?> call : pending.values()) {
      if (now - call.deadlineNanos >= 0) {
        late = late.isEmpty() ? new ArrayList<>() : late;
        late.add(call);
      }
    }
    boolean silent = false;
    for (PendingCall<?, ?> call : late) {
      pending.remove(call.sequenceId);
      silent |= call.written && lastReadNanos - call.sentNanos < 0;
      finish(call);
      call.failUnanswered(
          new SednaException(
              ErrorCode.TIMEOUT,
              call.method + " was not answered: daemon=" + address + ", ms=" + call.timeoutMs));
    }
    // A peer that vanished without a word leaves a connection on which everything times out.
    if (silent && now - lastReadNanos > 2L * options.requestTimeoutMs() * 1_000_000) {
      closeBecause(
          unavailable(
              "silent for " + TimeUnit.NANOSECONDS.toMillis(now - lastReadNanos) + " ms", null));
    }
    sweepWhilePending();
  }

  private void finish(PendingCall<?, ?> call) {
    if (!call.written) {
      ReferenceCountUtil.release(call.frame);
    }
    inflight.decrementAndGet();
    poolBytes.addAndGet(-call.frameBytes);
  }

  private void failQueued(SednaException e) {
    PendingCall<?, ?> call;
    while ((call = queue.poll()) != null) {
      finish(call);
      call.failUnanswered(e);
    }
  }

  /** Fails everything under way and closes the connection; it is never opened again. */
  void close(SednaException reason) {
    closed = true;
    try {
      loop.execute(() -> closeBecause(reason));
    } catch (RejectedExecutionException e) {
      failQueued(reason);
    }
  }

  private void closeBecause(SednaException reason) {
    if (closedBy != null) {
      return;
    }
    closedBy = reason;
    closed = true;
    onClose.accept(this);
    if (channel != null) {
      var unused = channel.close();
    }
    var calls = new ArrayList<>(pending.values());
    pending.clear();
    unsent.clear();
    for (PendingCall<?, ?> call : calls) {
      finish(call);
      call.failUnanswered(reason);
    }
    failQueued(reason);
  }

  private SednaException unavailable(String what, Throwable cause) {
    return new SednaException(
        ErrorCode.UNAVAILABLE, "daemon unavailable: address=" + address + ": " + what, cause);
  }

  /** Takes the answers of the connection; each is a frame without its length. */
  private final class AnswerHandler extends SimpleChannelInboundHandler<ByteBuf> {
    private final ByteBufTransport transport = new ByteBufTransport(Unpooled.EMPTY_BUFFER);
    private final TBinaryProtocol protocol = transport.strictBinaryProtocol();

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
      if (closedBy != null) {
        return;
      }
      lastReadNanos = System.nanoTime();
      transport.reset(frame);
      PendingCall<?, ?> call = null;
      try {
        TMessage message = protocol.readMessageBegin();
        call = pending.remove(message.seqid);
        if (call == null) {
          return; // It has timed out; the answer is of no use any more.
        }
        finish(call);
        call.complete(message, protocol);
      } catch (TException | RuntimeException e) {
        var garbage = protocolError("unreadable answer: " + e.getMessage(), e);
        if (call != null) {
          call.fail(garbage);
        }
        closeBecause(garbage);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      closeBecause(unavailable("it closed the connection", null));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof DecoderException) {
        closeBecause(
            protocolError(
                "answer is no frame of at most "
                    + options.maxFrameBytes()
                    + " bytes: "
                    + cause.getMessage(),
                cause));
      } else {
        closeBecause(unavailable(String.valueOf(cause.getMessage()), cause));
      }
    }

    private SednaException protocolError(String what, Throwable cause) {
      return new SednaException(ErrorCode.PROTOCOL_ERROR, "daemon=" + address + ": " + what, cause);
    }
  }
}
