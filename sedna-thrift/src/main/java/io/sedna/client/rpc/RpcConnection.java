// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
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
import java.util.function.IntSupplier;

/**
 * One connection, from its opening until it closes for good.
 *
 * <p>Callers put requests into a queue; the event loop takes all that are there, writes them and
 * flushes once, so that a crowd of small requests becomes few packets; calls of single keys that it
 * finds waiting share frames ({@link FrameGatherer}). {@code pending} and what follows from it
 * belong to the event loop alone. Time-outs are found by a walk over the pending requests every few
 * milliseconds: a timer for each would cost more than the request.
 */
final class RpcConnection implements AnswerHandler.Connection {
  private static final long SWEEP_MS = 5;

  /** A connection is silent when nothing has come on it for so long though something is due. */
  private static final long SILENT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final int SHARED_BUFFER_BYTES = 4096;

  private final RpcClient.Address address;
  private final RpcOptions options;
  private final AtomicLong poolBytes;
  private final Consumer<RpcConnection> onClose;
  private final Runnable onSilence;
  private final EventLoop loop;
  private final Runnable drain = this::drain;
  private final Consumer<PendingCall> toSend = this::await;

  private final Queue<Queued> queue = PlatformDependent.newMpscQueue();
  private final AtomicInteger inflight = new AtomicInteger();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();

  // Of the event loop alone.
  private Channel channel;
  private final IntObjectMap<PendingCall> pending = new IntObjectHashMap<>();
  private final ArrayDeque<PendingCall> unsent = new ArrayDeque<>();
  private final FrameGatherer gatherer;
  private long lingerUntilNanos;
  private boolean lingering;
  private boolean connected;
  private boolean sweeping;
  private long lastReadNanos = System.nanoTime();
  private long silenceToldNanos = lastReadNanos;
  private SednaException closedBy;

  private volatile boolean closed;
  private volatile boolean everConnected;

  /**
   * Starts to connect.
   *
   * @param loop that the connection belongs to
   * @param onSilence told on the loop, a few times a second, while the connection is silent
   */
  RpcConnection(
      RpcClient.Address address,
      Bootstrap bootstrap,
      RpcOptions options,
      AtomicLong poolBytes,
      IntSupplier sequence,
      EventLoop loop,
      Consumer<RpcConnection> onClose,
      Runnable onSilence) {
    this.gatherer = new FrameGatherer(options.gathering(), sequence);
    this.address = address;
    this.options = options;
    this.poolBytes = poolBytes;
    this.onClose = onClose;
    this.onSilence = onSilence;
    this.loop = loop;
    ChannelFuture connecting =
        bootstrap
            .clone(loop)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    channel = ch;
                    var frames =
                        new LengthFieldBasedFrameDecoder(options.maxFrameBytes(), 0, 4, 0, 4);
                    frames.setCumulator(LongFrames.INSTANCE);
                    ch.pipeline()
                        .addLast(
                            frames, new AnswerHandler(RpcConnection.this, options.maxFrameBytes()));
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
  void send(Queued call) {
    queue.add(call);
    if (drainScheduled.compareAndSet(false, true)) {
      try {
        loop.execute(drain);
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
    Queued call;
    while ((call = queue.poll()) != null) {
      if (call instanceof KeyCall<?> single) {
        gatherer.add(single);
      } else {
        // What was asked for before goes before.
        gatherer.drainTo(toSend);
        toSend.accept((PendingCall) call);
      }
    }
    if (connected && unsent.isEmpty() && shouldLinger()) {
      return;
    }
    gatherer.drainTo(toSend);
    if (connected && !unsent.isEmpty()) {
      writeUnsent();
    }
    sweepWhilePending();
  }

  private void await(PendingCall call) {
    pending.put(call.sequenceId, call);
    unsent.add(call);
  }

  /** Whether to let more calls come: others are under way, and their answers will bring some. */
  private boolean shouldLinger() {
    int lingerMicros = options.gathering().lingerMicros();
    if (lingerMicros == 0 || gatherer.size() == 0 || pending.isEmpty()) {
      return false;
    }
    long now = System.nanoTime();
    if (!lingering) {
      lingering = true;
      lingerUntilNanos = now + TimeUnit.MICROSECONDS.toNanos(lingerMicros);
      var unused = loop.schedule(drain, lingerMicros, TimeUnit.MICROSECONDS);
    }
    boolean more = now - lingerUntilNanos < 0 && gatherer.size() < options.gathering().maxKeys();
    lingering = more;
    return more;
  }

  /** Small frames become one write, and everything one flush. */
  private void writeUnsent() {
    ByteBuf shared = null;
    try {
      PendingCall call;
      while ((call = unsent.poll()) != null) {
        if (!pending.containsKey(call.sequenceId)) {
          continue; // It was late before it could be sent.
        }
        if (call instanceof KeyFrame keys) {
          if (shared == null) {
            shared = channel.alloc().ioBuffer(SHARED_BUFFER_BYTES);
          }
          keys.encode(shared);
        } else {
          shared = write(shared);
          ByteBuf frame = call.frame;
          call.frame = null;
          var unused = channel.write(frame, channel.voidPromise());
        }
        call.written = true;
      }
      shared = write(shared);
      channel.flush();
    } finally {
      ReferenceCountUtil.release(shared);
    }
  }

  private ByteBuf write(ByteBuf shared) {
    if (shared != null) {
      var unused = channel.write(shared, channel.voidPromise());
    }
    return null;
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
    List<PendingCall> late = List.of();
    for (PendingCall call : pending.values()) {
      if (now - call.deadlineNanos >= 0) {
        late = late.isEmpty() ? new ArrayList<>() : late;
        late.add(call);
      }
    }
    boolean silent = false;
    for (PendingCall call : late) {
      silent |= call.written && lastReadNanos - call.sentNanos < 0;
      expire(call, now);
    }
    // A peer that vanished without a word leaves a connection on which everything times out.
    if (silent && now - lastReadNanos > 2L * options.requestTimeoutMs() * 1_000_000) {
      closeBecause(
          unavailable(
              "silent for " + TimeUnit.NANOSECONDS.toMillis(now - lastReadNanos) + " ms", null));
    }
    if (isSilent(now) && now - silenceToldNanos > SILENT_NANOS) {
      silenceToldNanos = now;
      onSilence.run();
    }
    sweepWhilePending();
  }

  private boolean isSilent(long now) {
    if (now - lastReadNanos <= SILENT_NANOS) {
      return false;
    }
    for (PendingCall call : pending.values()) {
      if (call.written && now - call.sentNanos > SILENT_NANOS) {
        return true;
      }
    }
    return false;
  }

  /** Fails what is late of a frame, and forgets the frame once nobody waits for it. */
  private void expire(PendingCall call, long now) {
    int calls = call.calls();
    int expired =
        call.expire(
            now,
            ms ->
                new SednaException(
                    ErrorCode.TIMEOUT,
                    call.method() + " was not answered: daemon=" + address + ", ms=" + ms));
    inflight.addAndGet(-expired);
    if (expired == calls) {
      pending.remove(call.sequenceId);
      forget(call);
    }
  }

  private void finish(PendingCall call) {
    inflight.addAndGet(-call.calls());
    forget(call);
  }

  private void forget(PendingCall call) {
    if (call.frame != null) {
      call.frame.release();
      call.frame = null;
    }
    poolBytes.addAndGet(-call.frameBytes);
  }

  private void failQueued(SednaException e) {
    Queued call;
    while ((call = queue.poll()) != null) {
      if (call instanceof PendingCall whole) {
        finish(whole);
        whole.failUnanswered(e);
      } else {
        failUnsent((KeyCall<?>) call, e);
      }
    }
  }

  private void failUnsent(KeyCall<?> call, SednaException e) {
    inflight.decrementAndGet();
    poolBytes.addAndGet(-call.frameBytes());
    call.failed(new RequestNotSentException(e.code(), e.getMessage(), e), false);
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

  /** As {@link #close}, if it is silent. */
  void closeIfSilent(SednaException reason) {
    try {
      loop.execute(
          () -> {
            if (isSilent(System.nanoTime())) {
              closeBecause(reason);
            }
          });
    } catch (RejectedExecutionException e) {
      closed = true; // The client is closed, and what waits has failed.
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
    gatherer.drainTo(toSend);
    var calls = new ArrayList<>(pending.values());
    pending.clear();
    unsent.clear();
    for (PendingCall call : calls) {
      finish(call);
      call.failUnanswered(reason);
    }
    failQueued(reason);
  }

  private SednaException unavailable(String what, Throwable cause) {
    return new SednaException(
        ErrorCode.UNAVAILABLE, "daemon unavailable: address=" + address + ": " + what, cause);
  }

  // -- What the channel tells.

  @Override
  public PendingCall answered(int sequenceId, int bytes) {
    PendingCall call = closedBy == null ? pending.remove(sequenceId) : null;
    if (call != null) {
      finish(call);
      if (call instanceof KeyFrame keys) {
        gatherer.answered(keys, bytes);
      }
    }
    return call;
  }

  @Override
  public void readComplete() {
    lastReadNanos = System.nanoTime();
    if (lingering) {
      drain();
    }
  }

  @Override
  public void unreadable(String what, PendingCall call, Throwable cause) {
    var garbage =
        new SednaException(ErrorCode.PROTOCOL_ERROR, "daemon=" + address + ": " + what, cause);
    if (call != null) {
      call.fail(garbage);
    }
    closeBecause(garbage);
  }

  @Override
  public void broken(String what, Throwable cause) {
    closeBecause(unavailable(what, cause));
  }
}
