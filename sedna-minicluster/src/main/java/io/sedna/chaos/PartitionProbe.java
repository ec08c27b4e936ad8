// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.common.error.SednaException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/**
 * Makes one call to one partition again and again in a thread of its own, and knows how long it was
 * without success. Thread-safe.
 */
final class PartitionProbe implements Runnable {
  private static final int PAUSE_MS = 10;
  private static final long NEVER = -1;

  private final int partition;
  private final Runnable call;
  private volatile boolean stopped;
  private long markNs;
  private long lastNs;
  private long firstSinceMarkNs;
  private long longestGapNs;

  /**
   * @param call throws {@link SednaException} if it fails
   */
  PartitionProbe(int partition, Runnable call) {
    this.partition = partition;
    this.call = call;
    mark();
  }

  int partition() {
    return partition;
  }

  /** Begins to measure anew. */
  synchronized void mark() {
    markNs = System.nanoTime();
    lastNs = markNs;
    firstSinceMarkNs = NEVER;
    longestGapNs = 0;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        long sentNs = System.nanoTime();
        try {
          call.run();
          succeeded(sentNs);
        } catch (SednaException e) {
          // What is measured is when it succeeds again.
          stopped |= Thread.currentThread().isInterrupted();
        }
        Pauses.ms(PAUSE_MS);
      }
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void succeeded(long sentNs) {
    long nowNs = System.nanoTime();
    longestGapNs = Math.max(longestGapNs, nowNs - lastNs);
    lastNs = nowNs;
    if (firstSinceMarkNs == NEVER && sentNs - markNs >= 0) {
      firstSinceMarkNs = nowNs - markNs;
    }
  }

  /** From the mark to the end of the first call that was sent after it and succeeded; -1: none. */
  synchronized long firstMs() {
    return firstSinceMarkNs == NEVER ? NEVER : TimeUnit.NANOSECONDS.toMillis(firstSinceMarkNs);
  }

  /** Longest time since the mark without a success, the time since the last one included. */
  synchronized long longestGapMs() {
    return TimeUnit.NANOSECONDS.toMillis(Math.max(longestGapNs, System.nanoTime() - lastNs));
  }

  void stop() {
    stopped = true;
  }
}
