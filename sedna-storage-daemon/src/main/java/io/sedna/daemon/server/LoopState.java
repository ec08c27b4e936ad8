// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.daemon.metrics.DaemonMetrics;
import java.util.concurrent.TimeUnit;

/**
 * What the connections of one event loop use in turn: memory to read into and to put answers in,
 * the reader and writer of frequent calls, and counts that are passed on once a turn. So an idle
 * connection has no memory for bytes. Of the event loop alone.
 */
final class LoopState {
  /** As much as a socket is read at once. */
  static final int READ_BYTES = 64 << 10;

  /** Who sends garbage does not fill the log with it: it is counted in the metrics. */
  private static final long COMPLAINT_PAUSE_NS = TimeUnit.SECONDS.toNanos(10);

  private final DaemonMetrics metrics;
  private final ByteBufAllocator allocator;
  private final AnswerBuffer answers;
  private final HotCalls hot;
  private final HolderWatch watch;
  private ByteBuf readBuffer;

  private long lastComplaintNs = System.nanoTime() - COMPLAINT_PAUSE_NS;
  private int requests;
  private int onTheSpot;
  private long bytesReceived;
  private long bytesSent;

  LoopState(
      EventLoop loop, NettyTransport transport, ServerParts parts, ByteBufAllocator allocator) {
    this.metrics = parts.metrics();
    this.allocator = allocator;
    this.answers = new AnswerBuffer(allocator, transport == NettyTransport.IO_URING);
    this.hot =
        new HotCalls(
            parts.hot().clock(),
            parts.hot().tables(),
            parts.options().maxFrameBytes(),
            answers,
            parts.metrics().keys());
    this.watch = new HolderWatch(loop, parts.memory(), parts.options().slowClientTimeoutMs());
  }

  AnswerBuffer answers() {
    return answers;
  }

  HotCalls hot() {
    return hot;
  }

  HolderWatch watch() {
    return watch;
  }

  /** Empty memory to read a socket into. Who has it releases it and keeps nothing of it. */
  ByteBuf readBuffer() {
    if (readBuffer == null || readBuffer.refCnt() != 1) {
      releaseReadBuffer();
      readBuffer = allocator.directBuffer(READ_BYTES, READ_BYTES);
    }
    return readBuffer.clear().retain();
  }

  /** Memory outside the heap; whoever has it releases it. */
  ByteBuf allocate(int bytes) {
    return allocator.directBuffer(bytes);
  }

  private void releaseReadBuffer() {
    if (readBuffer != null) {
      readBuffer.release();
      readBuffer = null;
    }
  }

  /** Gives all memory back; it is taken again when it is needed. */
  void release() {
    answers.release();
    releaseReadBuffer();
  }

  /** Whether to warn of a client's mistake: now and then. */
  boolean mayComplain() {
    long nowNs = System.nanoTime();
    if (nowNs - lastComplaintNs < COMPLAINT_PAUSE_NS) {
      return false;
    }
    lastComplaintNs = nowNs;
    return true;
  }

  void requested(int bytes) {
    requests++;
    bytesReceived += bytes;
  }

  void servedOnTheSpot() {
    onTheSpot++;
  }

  void answered(int bytes) {
    bytesSent += bytes;
  }

  /** Passes on what was counted. */
  void count() {
    if (requests > 0) {
      metrics.requested(requests, bytesReceived);
      requests = 0;
      bytesReceived = 0;
    }
    if (onTheSpot > 0) {
      metrics.servedOnTheSpot(onTheSpot);
      onTheSpot = 0;
    }
    if (bytesSent > 0) {
      metrics.answered(bytesSent);
      bytesSent = 0;
    }
    int reads = hot.takeReads();
    if (reads > 0) {
      metrics.read(reads);
    }
    int writes = hot.takeWrites();
    if (writes > 0) {
      metrics.wrote(writes);
    }
  }
}
