// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.time.SerialScheduler;
import io.sedna.common.time.WallClock;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** A scheduler and a clock whose time passes when a test says so. For one thread. */
final class TestTime implements SerialScheduler, WallClock {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::atMs).thenComparingLong(Task::number));
  private long nowMs = 1_000;
  private long given;

  private record Task(long atMs, long number, Runnable work) {}

  @Override
  public long nanoTime() {
    return TimeUnit.MILLISECONDS.toNanos(nowMs);
  }

  @Override
  public long millis() {
    return nowMs;
  }

  @Override
  public void execute(Runnable task) {
    var unused = schedule(task, 0);
  }

  @Override
  public Scheduled schedule(Runnable task, long delayMs) {
    var made = new Task(nowMs + Math.max(0, delayMs), given++, task);
    tasks.add(made);
    return () -> tasks.remove(made);
  }

  /** Does everything that is due until so much later. */
  void pass(long ms) {
    long untilMs = nowMs + ms;
    while (!tasks.isEmpty() && tasks.peek().atMs() <= untilMs) {
      Task next = tasks.remove();
      nowMs = next.atMs();
      next.work().run();
    }
    nowMs = untilMs;
  }

  @Override
  public void close() {
    tasks.clear();
  }
}
