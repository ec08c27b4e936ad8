// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBufAllocator;
import io.sedna.daemon.metrics.DaemonMetrics;

/**
 * What the connections of one event loop use in turn: memory for answers, the readers and writers
 * of frequent calls, and counts that are passed on once a turn. Of the event loop alone.
 */
final class LoopState {
  private final DaemonMetrics metrics;
  private final AnswerBuffer answers;
  private final HotCalls hot;

  private int requests;
  private long bytesReceived;
  private long bytesSent;

  LoopState(
      ServerOptions options, HotPath path, DaemonMetrics metrics, ByteBufAllocator allocator) {
    this.metrics = metrics;
    this.answers = new AnswerBuffer(allocator, false);
    this.hot = new HotCalls(path.clock(), options.maxFrameBytes(), answers);
  }

  AnswerBuffer answers() {
    return answers;
  }

  HotCalls hot() {
    return hot;
  }

  void requested(int bytes) {
    requests++;
    bytesReceived += bytes;
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
