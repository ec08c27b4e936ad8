// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the requests that are being served, and after the end was called takes no more.
 * Thread-safe.
 */
final class RequestsUnderWay {
  /** The number, and below it (as a negative offset) that the end was called. */
  private static final long ENDED = Long.MIN_VALUE;

  private final AtomicLong count = new AtomicLong();

  /** Whether the request may be served; then {@link #leave} must follow. */
  boolean enter() {
    if (count.incrementAndGet() > 0) {
      return true;
    }
    leave();
    return false;
  }

  void leave() {
    if (count.decrementAndGet() == ENDED) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Takes no more and waits for those under way; false: some were not done in time. */
  synchronized boolean endWithin(long timeoutMs) {
    if (count.get() >= 0) {
      count.addAndGet(ENDED);
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (count.get() != ENDED) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMs <= 0) {
        return false;
      }
      try {
        wait(leftMs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
