// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.time;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link SerialScheduler} on one thread, by the machine's clock. */
final class ThreadScheduler implements SerialScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadScheduler.class);
  private static final Scheduled NOTHING = () -> {};

  private final String name;
  private final ScheduledThreadPoolExecutor thread;

  ThreadScheduler(String name) {
    this.name = name;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var made = new Thread(task, name);
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    var unused = schedule(task, 0);
  }

  @Override
  public Scheduled schedule(Runnable task, long delayMs) {
    try {
      ScheduledFuture<?> future = thread.schedule(() -> run(task), delayMs, TimeUnit.MILLISECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      LOG.trace("{} is closed", name, e);
      return NOTHING;
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("A task of {} failed", name, e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
