// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.time.SerialScheduler;
import java.util.concurrent.TimeUnit;

/** One thread of a process of the simulation. */
final class Lane implements SerialScheduler {
  /** How long a task may have to wait for the processor. */
  private static final long JITTER_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private final SimulatedProcess process;
  private final String role;
  private long lastSoonNanos;
  private long sleepsUntilNanos;
  private boolean closed;

  Lane(SimulatedProcess process, String role) {
    this.process = process;
    this.role = role;
  }

  String role() {
    return role;
  }

  SimulatedProcess process() {
    return process;
  }

  /** Nothing happens on it before that moment. */
  void sleepUntil(long nanos) {
    sleepsUntilNanos = nanos;
  }

  long sleepsUntilNanos() {
    return sleepsUntilNanos;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public long nanoTime() {
    return process.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    long now = process.nowNanos();
    lastSoonNanos = Math.max(lastSoonNanos, now + process.chance().between(0, JITTER_NANOS));
    process.after(this, lastSoonNanos - now, task);
  }

  @Override
  public Scheduled schedule(Runnable task, long delayMs) {
    if (delayMs <= 0) {
      var soon = new Cancellable(task);
      execute(soon);
      return soon;
    }
    var waiting = new Cancellable(task);
    process.after(this, process.really(TimeUnit.MILLISECONDS.toNanos(delayMs)), waiting);
    return waiting;
  }

  @Override
  public void close() {
    closed = true;
  }

  private static final class Cancellable implements Runnable, Scheduled {
    private Runnable task;

    Cancellable(Runnable task) {
      this.task = task;
    }

    @Override
    public void cancel() {
      task = null;
    }

    @Override
    public void run() {
      if (task != null) {
        Runnable due = task;
        task = null;
        due.run();
      }
    }
  }
}
