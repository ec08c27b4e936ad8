// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few threads for blocking work, with a bounded queue and futures that always complete.
 * Thread-safe.
 */
final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final int QUEUED = 64;
  private static final long IDLE_THREAD_MS = 10_000;

  private final String name;
  private final ThreadPoolExecutor pool;
  private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** One thread: work is done in the order in which it came. */
  Worker(String name) {
    this(name, 1);
  }

  Worker(String name, int threads) {
    this.name = name;
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_THREAD_MS,
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(QUEUED),
            DaemonThreads.named(name));
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Fails with OVERLOADED when the queue is full, with SHUTTING_DOWN after {@link #close}, or with
   * what the work threw.
   */
  <T> CompletableFuture<T> submit(Callable<T> work) {
    var future = new CompletableFuture<T>();
    underWay.add(future);
    try {
      pool.execute(() -> run(work, future));
    } catch (RejectedExecutionException e) {
      underWay.remove(future);
      future.completeExceptionally(
          closed
              ? stopping()
              : new SednaException(
                  ErrorCode.OVERLOADED, "too much is waiting: " + name + ", limit=" + QUEUED, e));
    }
    return future;
  }

  boolean closed() {
    return closed;
  }

  private <T> void run(Callable<T> work, CompletableFuture<T> future) {
    try {
      future.complete(work.call());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      future.completeExceptionally(stopping());
    } catch (Exception | LinkageError e) {
      // LinkageError: a codec's native library that cannot be loaded must fail the work, not hang
      // who waits for it.
      SednaException failure = closed ? stopping() : Errors.of(e);
      if (failure.code() == ErrorCode.INTERNAL) {
        LOG.error("{} failed", name, e);
      }
      future.completeExceptionally(failure);
    } finally {
      underWay.remove(future);
    }
  }

  private static SednaException stopping() {
    return new SednaException(ErrorCode.SHUTTING_DOWN, "the daemon stops");
  }

  /** Leaves a future to itself, but for a line in the log if it fails. */
  static void ignore(CompletableFuture<?> future, String what) {
    future.exceptionally(
        failure -> {
          LOG.warn("{} failed: {}", what, Errors.of(failure).toString());
          return null;
        });
  }

  @Override
  public void close() {
    closed = true;
    pool.shutdownNow();
    underWay.forEach(future -> future.completeExceptionally(stopping()));
  }
}
