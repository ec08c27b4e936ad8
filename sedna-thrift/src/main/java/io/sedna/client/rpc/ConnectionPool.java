// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;

/**
 * The connections to one address. A request takes the open one with the fewest requests under way.
 * After a refused connection, the next attempt waits a little longer each time; requests until then
 * fail at once.
 */
final class ConnectionPool {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final RpcClient.Address address;
  private final Bootstrap bootstrap;
  private final RpcOptions options;
  private final IntSupplier sequence;
  private final Runnable onSilence;

  /** Loops that have a connection of their own; empty: none have. */
  private final EventLoop[] loops;

  /** Connections of loops, in their order, and behind them those for everybody. */
  private final AtomicReferenceArray<RpcConnection> slots;

  private final AtomicLong inflightBytes = new AtomicLong();
  private final Object opening = new Object();

  // Guarded by opening.
  private long pauseNanos;
  private long closedUntilNanos = System.nanoTime();
  private boolean closed;

  /**
   * @param sequence makes sequence ids
   * @param onSilence told, a few times a second, while a connection is silent
   */
  ConnectionPool(
      RpcClient.Address address,
      Bootstrap bootstrap,
      RpcOptions options,
      IntSupplier sequence,
      Runnable onSilence) {
    this.sequence = sequence;
    this.onSilence = onSilence;
    this.address = address;
    this.bootstrap = bootstrap;
    this.options = options;
    this.loops = options.ofLoops() ? loops(bootstrap.config().group()) : new EventLoop[0];
    this.slots = new AtomicReferenceArray<>(loops.length + options.connections());
  }

  /**
   * @throws RequestNotSentException UNAVAILABLE, OVERLOADED or SHUTTING_DOWN
   */
  void send(Queued call, long callBytes) {
    long bytes = inflightBytes.addAndGet(callBytes);
    if (bytes > options.maxInflightBytes() && bytes > callBytes) {
      inflightBytes.addAndGet(-callBytes);
      throw new RequestNotSentException(
          ErrorCode.OVERLOADED,
          "too many bytes under way: daemon="
              + address
              + ", bytes="
              + bytes
              + ", limit="
              + options.maxInflightBytes(),
          null);
    }
    RpcConnection connection;
    try {
      connection = reserve();
    } catch (SednaException e) {
      inflightBytes.addAndGet(-callBytes);
      throw e;
    }
    connection.send(call);
  }

  private static EventLoop[] loops(EventLoopGroup group) {
    var loops = new ArrayList<EventLoop>();
    group.forEach(loop -> loops.add((EventLoop) loop));
    return loops.toArray(EventLoop[]::new);
  }

  private RpcConnection reserve() {
    RpcConnection own = ofThisLoop();
    if (own != null && own.reserve()) {
      return own;
    }
    RpcConnection best = null;
    int empty = -1;
    for (int i = loops.length; i < slots.length(); i++) {
      RpcConnection connection = slots.get(i);
      if (connection == null || connection.isClosed()) {
        empty = i;
      } else if (best == null || connection.inflight() < best.inflight()) {
        best = connection;
      }
    }
    if (empty >= 0 && (best == null || best.inflight() > 0)) {
      best = open(empty, best);
    }
    if (!best.reserve()) {
      throw new RequestNotSentException(
          ErrorCode.OVERLOADED,
          "too many requests under way: daemon="
              + address
              + ", connections="
              + slots.length()
              + ", limit of each="
              + options.maxInflight(),
          null);
    }
    return best;
  }

  /** Null: this thread is no event loop, or loops have no connections. */
  private RpcConnection ofThisLoop() {
    for (int i = 0; i < loops.length; i++) {
      if (loops[i].inEventLoop()) {
        RpcConnection connection = slots.get(i);
        return connection == null || connection.isClosed() ? open(i, null) : connection;
      }
    }
    return null;
  }

  private RpcConnection open(int slot, RpcConnection otherwise) {
    synchronized (opening) {
      RpcConnection connection = slots.get(slot);
      if (connection != null && !connection.isClosed()) {
        return connection;
      }
      if (closed) {
        throw new RequestNotSentException(ErrorCode.SHUTTING_DOWN, "the client is closed", null);
      }
      if (System.nanoTime() - closedUntilNanos < 0) {
        if (otherwise != null) {
          return otherwise;
        }
        throw new RequestNotSentException(
            ErrorCode.UNAVAILABLE,
            "daemon unavailable: address=" + address + ": just refused",
            null);
      }
      var opened =
          new RpcConnection(
              address,
              bootstrap,
              options,
              inflightBytes,
              sequence,
              slot < loops.length ? loops[slot] : bootstrap.config().group().next(),
              this::left,
              onSilence);
      slots.set(slot, opened);
      return opened;
    }
  }

  private void left(RpcConnection connection) {
    synchronized (opening) {
      if (connection.everConnected()) {
        pauseNanos = 0;
        return;
      }
      pauseNanos =
          pauseNanos == 0 ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
      closedUntilNanos = System.nanoTime() + pauseNanos;
    }
  }

  /** Closes the connections on which nothing comes though something is due. */
  void closeSilent(SednaException reason) {
    for (int i = 0; i < slots.length(); i++) {
      RpcConnection connection = slots.get(i);
      if (connection != null) {
        connection.closeIfSilent(reason);
      }
    }
  }

  void close(SednaException reason) {
    synchronized (opening) {
      closed = true;
    }
    for (int i = 0; i < slots.length(); i++) {
      RpcConnection connection = slots.get(i);
      if (connection != null) {
        connection.close(reason);
      }
    }
  }
}
