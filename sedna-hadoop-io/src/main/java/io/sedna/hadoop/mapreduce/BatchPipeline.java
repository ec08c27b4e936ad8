// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.client.SednaTable;
import io.sedna.client.WriteResult;
import io.sedna.client.WriteStatus;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.mapreduce.Counter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/**
 * Keeps a bounded number of batches under way. The first failure is remembered and thrown by every
 * later call. Calls are for one thread; answers come on the client's.
 */
final class BatchPipeline {
  private final SednaTable table;
  private final int maxInflight;
  private final long timeoutMs;
  private final Semaphore permits;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  // Hadoop's counters may be increased by any thread.
  private final Counter recordsWritten;
  private final Counter bytesWritten;
  private final Counter outdated;

  /**
   * @param timeoutMs how long a batch may take, all attempts included
   */
  BatchPipeline(SednaTable table, int maxInflight, long timeoutMs, TaskAttemptContext context) {
    this.table = table;
    this.maxInflight = maxInflight;
    this.timeoutMs = timeoutMs;
    this.permits = new Semaphore(maxInflight);
    this.recordsWritten = context.getCounter(SednaCounter.RECORDS_WRITTEN);
    this.bytesWritten = context.getCounter(SednaCounter.BYTES_WRITTEN);
    this.outdated = context.getCounter(SednaCounter.RECORDS_OUTDATED);
  }

  /** Sends a batch, after waiting for room. */
  void send(WriteBatch batch) throws WriteFailedException, InterruptedException {
    acquire(1);
    CompletableFuture<List<WriteResult>> answer;
    try {
      answer = batch.send(table);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var unused = answer.whenComplete((results, error) -> take(batch, results, error));
  }

  /** Waits until every batch has been answered. */
  void finish() throws WriteFailedException, InterruptedException {
    acquire(maxInflight);
    permits.release(maxInflight);
  }

  private void acquire(int count) throws WriteFailedException, InterruptedException {
    throwFailure();
    if (!permits.tryAcquire(count, timeoutMs, TimeUnit.MILLISECONDS)) {
      fail(
          new SednaException(
              ErrorCode.TIMEOUT,
              "no answer to a batch of writes within "
                  + timeoutMs
                  + " ms: under way="
                  + (maxInflight - permits.availablePermits())));
    }
    throwFailure();
  }

  private void take(WriteBatch batch, List<WriteResult> results, Throwable error) {
    if (error != null) {
      fail(
          error instanceof CompletionException && error.getCause() != null
              ? error.getCause()
              : error);
    } else {
      long old = 0;
      for (var result : results) {
        result.error().ifPresent(this::fail);
        if (result.status() == WriteStatus.OUTDATED) {
          old++;
        }
      }
      recordsWritten.increment(batch.records());
      bytesWritten.increment(batch.bytes());
      outdated.increment(old);
    }
    permits.release();
  }

  private void fail(Throwable error) {
    failure.compareAndSet(null, error);
  }

  private void throwFailure() throws WriteFailedException {
    var error = failure.get();
    if (error != null) {
      throw new WriteFailedException(error);
    }
  }
}
