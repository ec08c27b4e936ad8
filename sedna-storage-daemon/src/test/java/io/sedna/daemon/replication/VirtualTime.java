// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.time.ManualWallClock;
import io.sedna.common.time.SerialScheduler;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Time that passes as fast as there is something to do, and schedulers that go by it. */
final class VirtualTime {
  private static final long GIVE_UP_NANOS = TimeUnit.MINUTES.toNanos(30);

  final ManualWallClock wall;
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long nowNanos;
  private long sequence;

  private static final class Task implements Comparable<Task>, SerialScheduler.Scheduled {
    private final long atNanos;
    private final long sequence;
    private Runnable action;

    Task(long atNanos, long sequence, Runnable action) {
      this.atNanos = atNanos;
      this.sequence = sequence;
      this.action = action;
    }

    @Override
    public void cancel() {
      action = () -> {};
    }

    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  VirtualTime(ManualWallClock wall) {
    this.wall = wall;
  }

  SerialScheduler.Scheduled after(long delayMs, Runnable action) {
    long atNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(Math.max(0, delayMs));
    var task = new Task(atNanos, sequence++, action);
    tasks.add(task);
    return task;
  }

  SerialScheduler scheduler() {
    return new SerialScheduler() {
      private boolean closed;

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
        return after(
            delayMs,
            () -> {
              if (!closed) {
                task.run();
              }
            });
      }

      @Override
      public void close() {
        closed = true;
      }
    };
  }

  private void runNext(long untilNanos) {
    Task next = tasks.peek();
    long toNanos = next == null ? untilNanos : Math.min(untilNanos, next.atNanos);
    wall.advance(Duration.ofMillis(toNanos / 1_000_000 - nowNanos / 1_000_000));
    nowNanos = Math.max(nowNanos, toNanos);
    if (next != null && next.atNanos <= untilNanos) {
      tasks.remove().action.run();
    }
  }

  /** Lets everything happen until something holds. */
  void runUntil(String what, BooleanSupplier condition) {
    long end = nowNanos + GIVE_UP_NANOS;
    while (!condition.getAsBoolean()) {
      if (nowNanos >= end) {
        throw new AssertionError("did not come: " + what);
      }
      runNext(end);
    }
  }

  void runFor(long millis) {
    long end = nowNanos + TimeUnit.MILLISECONDS.toNanos(millis);
    while (nowNanos < end || (!tasks.isEmpty() && tasks.peek().atNanos <= end)) {
      runNext(end);
    }
  }
}
