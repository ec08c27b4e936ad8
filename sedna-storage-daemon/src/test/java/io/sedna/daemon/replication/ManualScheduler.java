// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.time.SerialScheduler;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** Runs tasks when the test lets time pass, in the test's thread. */
final class ManualScheduler implements SerialScheduler {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
  private long nowNanos;
  private long number;

  private record Task(Runnable action, long dueNanos, long number) {}

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public void execute(Runnable task) {
    var unused = schedule(task, 0);
  }

  @Override
  public Scheduled schedule(Runnable task, long delayMs) {
    var added = new Task(task, nowNanos + TimeUnit.MILLISECONDS.toNanos(delayMs), number++);
    tasks.add(added);
    return () -> tasks.remove(added);
  }

  /** Lets so much time pass, with all that falls due in it. */
  void pass(long ms) {
    long untilNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(ms);
    while (!tasks.isEmpty() && tasks.peek().dueNanos() <= untilNanos) {
      Task next = tasks.remove();
      nowNanos = Math.max(nowNanos, next.dueNanos());
      next.action().run();
    }
    nowNanos = untilNanos;
  }

  @Override
  public void close() {
    tasks.clear();
  }
}
