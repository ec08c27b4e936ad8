// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sedna.client.ScanBatch;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Reads ranges of hashes one after the other, a bounded number of batches ahead of its reader. One
 * batch is under way at a time, because only its answer says where the next begins. {@link #next}
 * is for one thread.
 */
final class PrefetchingScan implements AutoCloseable {
  /** Where batches come from: a table's scan, which itself goes on at other replicas. */
  @FunctionalInterface
  interface Source {
    CompletableFuture<ScanBatch> scan(long firstHash, long lastHash);
  }

  private final List<HashRange> ranges;
  private final int ahead;
  private final long timeoutMs;
  private final Source source;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Queue<ScanBatch> batches = new ArrayDeque<>();

  @GuardedBy("lock")
  private int range;

  @GuardedBy("lock")
  private long nextHash;

  @GuardedBy("lock")
  private boolean underWay;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private Throwable failure;

  /**
   * @param ahead batches kept for the reader at most, at least 1
   * @param timeoutMs how long a batch may take, all attempts included
   */
  PrefetchingScan(List<HashRange> ranges, int ahead, long timeoutMs, Source source) {
    this.ranges = ranges;
    this.ahead = ahead;
    this.timeoutMs = timeoutMs;
    this.source = source;
    synchronized (lock) {
      nextHash = ranges.isEmpty() ? 0 : ranges.get(0).first();
    }
    fetch();
  }

  /**
   * The next batch, which may be empty; null: all has been read.
   *
   * @throws SednaException why the scan failed; {@link ErrorCode#TIMEOUT} if no answer comes
   */
  ScanBatch next() throws InterruptedException {
    ScanBatch batch;
    synchronized (lock) {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      while (batches.isEmpty() && failure == null && range < ranges.size()) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (leftMs <= 0) {
          throw new SednaException(
              ErrorCode.TIMEOUT,
              "no answer to a scan within "
                  + timeoutMs
                  + " ms: startHash="
                  + Long.toUnsignedString(nextHash));
        }
        lock.wait(leftMs);
      }
      batch = batches.poll();
      if (batch == null && failure != null) {
        throw failed(failure);
      }
    }
    fetch();
    return batch;
  }

  private static SednaException failed(Throwable failure) {
    // Wrapped, so that the trace also tells where the reader was.
    return failure instanceof SednaException e
        ? new SednaException(e.code(), e.getMessage(), e)
        : new SednaException(ErrorCode.INTERNAL, "scan failed: " + failure, failure);
  }

  private void fetch() {
    long first;
    long last;
    synchronized (lock) {
      if (underWay
          || closed
          || failure != null
          || range == ranges.size()
          || batches.size() >= ahead) {
        return;
      }
      underWay = true;
      first = nextHash;
      last = ranges.get(range).last();
    }
    CompletableFuture<ScanBatch> answer;
    try {
      answer = source.scan(first, last);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    // Outside the lock: an answer that is there already runs the callback here and now.
    var unused =
        answer.whenComplete(
            (batch, error) -> {
              take(batch, error);
              fetch();
            });
  }

  private void take(ScanBatch batch, Throwable error) {
    synchronized (lock) {
      underWay = false;
      if (error != null) {
        failure = error;
      } else {
        batches.add(batch);
        if (!batch.done()) {
          nextHash = batch.nextHash();
        } else if (++range < ranges.size()) {
          nextHash = ranges.get(range).first();
        }
      }
      lock.notifyAll();
    }
  }

  /** Asks for nothing more. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      batches.clear();
    }
  }
}
