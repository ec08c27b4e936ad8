// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.sedna.bench.wire.Outstanding;
import io.sedna.bench.wire.Tally;
import io.sedna.bench.workload.OperationKind;
import io.sedna.bench.workload.OperationSource;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One thread with an event loop of its own and its share of the connections. */
final class LoadThread {
  /** How long the loop sleeps if nothing comes; it looks at the time then. */
  private static final long LONGEST_WAIT_NANOS = 5_000_000;

  private static final int RECEIVE_BYTES = 32 << 10;
  private static final int CONNECT_TIMEOUT_MS = 10_000;
  private static final long DRAIN_NANOS = 10_000_000_000L;

  private final LoadSpec spec;
  private final Load load;
  private final OperationSource operations;
  private final List<LoadConnection> connections = new ArrayList<>();
  private final Recording recording = new Recording();

  /** What is answered outside the measured time. */
  private final Tally unmeasured = new Tally();

  private final FastThreadLocalThread thread;
  private final ManualIoEventLoop loop;

  /** Read by the progress bar. */
  private final AtomicLong progress = new AtomicLong();

  private volatile SednaException failure;

  // Of the thread alone.
  private LoadClock clock;
  private Schedule schedule;
  private int connected;
  private int turn;
  private long requestsLeft = Long.MAX_VALUE;
  private boolean exhausted;
  private boolean measuring;
  private boolean ended;

  LoadThread(Load load, LoadSpec spec, int index, OperationSource operations) {
    this.spec = spec;
    this.load = load;
    this.operations = operations;
    thread = new FastThreadLocalThread(this::run, "load-" + index);
    loop = new ManualIoEventLoop(thread, NettyTransport.fastest().handlers());
    for (int i = index; i < spec.connections(); i += spec.threads()) {
      var format = load.format();
      connections.add(
          new LoadConnection(
              this, spec.protocol().codec(spec.table(), format, spec.batch()), spec));
    }
  }

  void start() {
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  void join() throws InterruptedException {
    thread.join();
  }

  Recording recording() {
    return recording;
  }

  long progress() {
    return progress.get();
  }

  SednaException failure() {
    return failure;
  }

  private void run() {
    try {
      connect();
      while (connected < connections.size() && failure == null) {
        loop.run(LONGEST_WAIT_NANOS);
      }
      clock = load.awaitStart();
      if (clock != null) {
        drive();
      }
    } catch (InterruptedException e) {
      // Nobody interrupts these threads but the end of the process.
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fail(new SednaException(ErrorCode.INTERNAL, "a load thread failed: " + e, e));
      throw e;
    } finally {
      ended = true;
      connections.forEach(LoadConnection::close);
      var unused = loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      while (!loop.isTerminated()) {
        loop.run(LONGEST_WAIT_NANOS);
      }
    }
  }

  private void connect() {
    for (int i = 0; i < connections.size(); i++) {
      InetSocketAddress target = spec.targets().get(i % spec.targets().size());
      var unused =
          new Bootstrap()
              .group(loop)
              .channel(NettyTransport.socketChannel(loop))
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
              .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
              .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_BYTES))
              .handler(connections.get(i))
              .connect(target)
              .addListener(
                  done -> {
                    if (!done.isSuccess()) {
                      fail(
                          new SednaException(
                              ErrorCode.UNAVAILABLE,
                              "cannot connect to " + target + ": " + done.cause().getMessage(),
                              done.cause()));
                    }
                  });
    }
  }

  void connected() {
    connected++;
  }

  void fail(SednaException e) {
    if (failure == null) {
      failure = e;
    }
  }

  private void drive() {
    if (spec.isOpenLoop()) {
      schedule = new Schedule(clock.startNanos(), spec.rate() / spec.threads());
    }
    if (spec.requests() > 0) {
      // Shared out when the warm-up is over.
      requestsLeft = spec.warmupMs() > 0 ? Long.MAX_VALUE : share();
    }
    long drainEndNanos = 0;
    for (LoadConnection connection : connections) {
      mayGoOn(connection);
      connection.flush();
    }
    while (failure == null) {
      turnLoop();
      long now = System.nanoTime();
      look(now);
      if (schedule != null) {
        sendDue(now);
      }
      if (isOver(now)) {
        if (drainEndNanos == 0) {
          drainEndNanos = now + DRAIN_NANOS;
        }
        if (isIdle() || now - drainEndNanos > 0) {
          giveUp(now);
          return;
        }
      }
    }
  }

  private long share() {
    long share = spec.requests() / spec.threads();
    return Math.max(1, share);
  }

  private void look(long now) {
    progress.lazySet(recording.requests + unmeasured.hits() + unmeasured.writes());
    if (!measuring && now - clock.measureNanos() >= 0) {
      measuring = true;
      if (spec.requests() > 0) {
        requestsLeft = Math.min(requestsLeft, share());
      }
    }
  }

  private void turnLoop() {
    long wait = LONGEST_WAIT_NANOS;
    if (schedule != null && !exhausted) {
      wait = Math.min(wait, schedule.nextNanos() - System.nanoTime());
    }
    // To run, zero means without end.
    if (wait > 0) {
      loop.run(wait);
    } else {
      loop.runNow();
    }
  }

  /** Nothing more is to be sent. */
  private boolean isOver(long now) {
    if (exhausted || requestsLeft <= 0) {
      return true;
    }
    return schedule != null
        ? schedule.nextNanos() - clock.endNanos() >= 0
        : now - clock.endNanos() >= 0;
  }

  private boolean isIdle() {
    for (LoadConnection connection : connections) {
      if (!connection.requests().isIdle()) {
        return false;
      }
    }
    return true;
  }

  /** What was not answered in time is counted as failed, and has waited until now. */
  private void giveUp(long now) {
    for (LoadConnection connection : connections) {
      Outstanding requests = connection.requests();
      for (int slot = requests.oldest(); slot >= 0; slot = requests.oldest()) {
        recording.unanswered++;
        recording.record(requests.kind(slot), now - requests.startNanos(slot));
        requests.answered(slot);
        requests.release(slot);
      }
    }
  }

  // --- from the connections, on this thread ----------------------------------------------------

  boolean hasEnded() {
    return ended || failure != null;
  }

  /** Where an answer that comes now is counted. */
  Tally tally(long now) {
    return isMeasured(now) ? recording.tally : unmeasured;
  }

  private boolean isMeasured(long now) {
    return now - clock.measureNanos() >= 0 && (schedule != null || now - clock.endNanos() <= 0);
  }

  OperationSource operations() {
    return operations;
  }

  /** Sends what may be sent on a connection of a closed loop. */
  void mayGoOn(LoadConnection connection) {
    Outstanding requests = connection.requests();
    if (schedule != null || (!spec.sliding() && !requests.isIdle())) {
      return;
    }
    long now = System.nanoTime();
    while (!requests.isFull() && !isOver(now) && begin(connection, now)) {}
  }

  private boolean begin(LoadConnection connection, long startNanos) {
    if (!connection.begin(startNanos)) {
      exhausted = true;
      return false;
    }
    requestsLeft--;
    return true;
  }

  /** Sends what is due in an open loop, each on the next connection that has room. */
  private void sendDue(long now) {
    while (schedule.isDue(now) && !isOver(now)) {
      LoadConnection connection = nextWithRoom();
      if (connection == null || !begin(connection, schedule.nextNanos())) {
        return;
      }
      schedule.take();
      connection.flush();
    }
  }

  private LoadConnection nextWithRoom() {
    for (int i = 0; i < connections.size(); i++) {
      turn = turn + 1 == connections.size() ? 0 : turn + 1;
      LoadConnection connection = connections.get(turn);
      if (!connection.requests().isFull()) {
        return connection;
      }
    }
    return null;
  }

  /**
   * An answer is counted if it came in the measured time; by schedule, if it was asked for then.
   */
  void answered(Outstanding requests, int slot, long now, boolean wrote) {
    OperationKind kind = requests.kind(slot);
    int count = requests.count(slot);
    if (kind == OperationKind.INSERT) {
      for (int i = 0; i < count; i++) {
        operations.inserted(requests.key(slot, i));
      }
    }
    long start = requests.startNanos(slot);
    if (!isMeasured(schedule == null ? now : start)) {
      return;
    }
    recording.requests++;
    recording.keys += count;
    recording.lastNanos = now;
    if (wrote || kind == OperationKind.READ) {
      recording.record(kind, now - start);
    }
  }
}
