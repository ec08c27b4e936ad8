// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.metrics.KeySampler;
import io.sedna.daemon.server.LingeringClose;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: hands what comes to the interpreter and sends what it answers, all answers of one
 * read at once. What is not complete is kept until it is; the protocol's limits bound how much that
 * is. While a command waits for another daemon, or the client does not take its answers, nothing is
 * read. Its state belongs to its event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** What is kept of a value that is on its way may be this much more than has come. */
  private static final int LARGEST_STEP = 1 << 20;

  private static final long RETRY_PAUSE_MS = 1;

  private final MemcachedServer server;
  private final DaemonMetrics metrics;
  private final Counters counters = new Counters();
  private ChannelHandlerContext context;
  private Output out;
  private Session session;
  private Interpreter interpreter;
  private ByteBuf scratch;

  /** What has come and is not done; null: nothing. */
  private ByteBuf pending;

  /** A command waits for another daemon. */
  private boolean suspended;

  /** The client takes nothing. */
  private boolean clogged;

  private boolean closing;
  private boolean reading;
  private boolean closeSent;
  private boolean removed;

  // Not yet in the daemon's metrics.
  private long commands;
  private long receivedBytes;
  private long countedReads;
  private long countedWrites;
  private volatile long lastCommandMs;

  Connection(MemcachedServer server, DaemonMetrics metrics) {
    this.server = server;
    this.metrics = metrics;
  }

  Counters counters() {
    return counters;
  }

  String peer() {
    return context.channel().remoteAddress() instanceof InetSocketAddress address
        ? "tcp:" + address.getAddress().getHostAddress() + ":" + address.getPort()
        : "unknown";
  }

  /** As memcached calls it; seen from another thread it may be a little old. */
  String state() {
    return pending == null ? "conn_read" : "conn_nread";
  }

  long idleSeconds() {
    return Math.max(0, server.table().clock().wallMillis() - lastCommandMs) / 1000;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext newContext) {
    context = newContext;
    out = new Output(context.alloc());
    scratch = context.alloc().directBuffer(Interpreter.SCRATCH_BYTES);
    session =
        new Session(
            server.table(),
            out,
            counters,
            this,
            server.maxItemBytes(),
            scratch.memoryAddress(),
            new KeySampler(metrics.keys(), 1 + ThreadLocalRandom.current().nextInt(1 << 30)));
    interpreter = new Interpreter(session, server.statistics());
    server.opened(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext oldContext) {
    removed = true;
    if (pending != null) {
      pending.release();
      pending = null;
    }
    count();
    out.release();
    scratch.release();
    server.closed(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext unused, Object message) {
    var received = (ByteBuf) message;
    try {
      int bytes = received.readableBytes();
      counters.add(Kind.BYTES_READ, bytes);
      receivedBytes += bytes;
      reading = true;
      if (closing || removed) {
        return;
      }
      if (!server.present()) {
        var unusedClose = context.close();
        return;
      }
      if (pending != null) {
        keep(received);
        work(pending);
      } else {
        work(received);
        if (received.isReadable() && !closing) {
          keep(received);
        }
      }
      dropIfDone();
    } finally {
      received.release();
    }
  }

  private void keep(ByteBuf received) {
    int needed = Math.max(session.needed(), received.readableBytes());
    if (pending == null) {
      pending = context.alloc().ioBuffer(Math.min(needed, LARGEST_STEP));
    } else if (pending.readerIndex() > pending.readableBytes()) {
      pending.discardReadBytes();
    }
    pending.writeBytes(received);
  }

  private void dropIfDone() {
    if (pending != null && (closing || !pending.isReadable())) {
      pending.release();
      pending = null;
    }
  }

  /** Does all that is complete. */
  private void work(ByteBuf input) {
    session.begin();
    while (!suspended && !clogged && !closing && input.isReadable()) {
      if (session.toSwallow() > 0) {
        int skipped = (int) Math.min(session.toSwallow(), input.readableBytes());
        input.skipBytes(skipped);
        session.swallow(session.toSwallow() - skipped);
        continue;
      }
      int available = input.readableBytes();
      if (available < session.needed()) {
        break;
      }
      session.needs(0);
      commands += session.waits() ? 0 : 1;
      int consumed = interpreter.next(input.memoryAddress() + input.readerIndex(), available);
      if (consumed == 0) {
        break;
      }
      input.skipBytes(consumed);
      if (out.position() > Session.CUT_OVER_BYTES) {
        var unused = send();
      }
    }
    closeIfDone();
  }

  private void closeIfDone() {
    if (closing && !closeSent) {
      closeSent = true;
      LingeringClose.begin(context.channel(), LingeringClose.Bounds.DEFAULT)
          .after(context.writeAndFlush(answers()));
    }
  }

  private Object answers() {
    ByteBuf taken = out.take();
    if (taken == null) {
      return context.alloc().ioBuffer(0);
    }
    counters.add(Kind.BYTES_WRITTEN, taken.readableBytes());
    metrics.answered(taken.readableBytes());
    return taken;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext unused) {
    reading = false;
    flush();
    count();
  }

  /** Once a read and not once a command, for the daemon's counters are shared by all loops. */
  private void count() {
    lastCommandMs = session.nowMs();
    metrics.requested(commands, receivedBytes);
    commands = 0;
    receivedBytes = 0;
    long reads = counters.get(Kind.CMD_GET);
    if (reads != countedReads) {
      metrics.read(reads - countedReads);
      countedReads = reads;
    }
    long writes = counters.get(Kind.CMD_SET);
    if (writes != countedWrites) {
      metrics.wrote(writes - countedWrites);
      countedWrites = writes;
    }
  }

  private void flush() {
    if (out.position() > 0 && !closing) {
      var unused = context.writeAndFlush(answers(), context.voidPromise());
    }
  }

  @Override
  public boolean send() {
    flush();
    clogged = !context.channel().isWritable();
    adjustReading();
    return !clogged;
  }

  @Override
  public void suspend() {
    suspended = true;
    adjustReading();
  }

  @Override
  public void tryAgainSoon() {
    suspend();
    var unused =
        context.executor().schedule(() -> resumed(() -> {}), RETRY_PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  private void adjustReading() {
    if (closing) {
      return;
    }
    boolean room = !suspended && !clogged;
    if (context.channel().config().isAutoRead() != room) {
      context.channel().config().setAutoRead(room);
    }
  }

  @Override
  public void closeAfterAnswers() {
    closing = true;
  }

  @Override
  public void resume(Runnable first) {
    context.executor().execute(() -> resumed(first));
  }

  private void resumed(Runnable first) {
    if (!removed) {
      suspended = false;
      session.begin();
      first.run();
      goOn();
    }
  }

  private void goOn() {
    if (!suspended && !clogged && pending != null) {
      work(pending);
      dropIfDone();
    }
    closeIfDone();
    if (!reading) {
      flush();
    }
    adjustReading();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext unused) {
    if (clogged && context.channel().isWritable()) {
      clogged = false;
      goOn();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext same, Object event) {
    if (event instanceof IdleStateEvent && !suspended && !closing) {
      counters.add(Kind.IDLE_KICKS);
      var unused = context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext same, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("Connection of {} broke: {}", context.channel().remoteAddress(), cause, cause);
    } else {
      metrics.failed();
      LOG.error("Connection of {} failed", context.channel().remoteAddress(), cause);
    }
    var unused = context.close();
  }
}
