// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.time;

import java.util.concurrent.Executor;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Runs tasks one after another, now or later, by a monotonic clock. Whoever does everything on one
 * of these needs no locks, and runs in a simulation's time as well as in the machine's.
 *
 * <p>Tasks that are due run in the order in which they were given. One that fails is logged and
 * ends, the others go on. After {@link #close} nothing more begins, and tasks that are given are
 * forgotten. Thread-safe; tasks must not wait.
 */
@InterfaceAudience.Private
@InterfaceStability.Unstable
public interface SerialScheduler extends Executor, AutoCloseable {
  /** A task that waits for its time. */
  interface Scheduled {
    /** It will not run, unless it has begun. */
    void cancel();
  }

  /** Nanoseconds since some moment, as {@link System#nanoTime}. */
  long nanoTime();

  /** Runs the task soon. */
  @Override
  void execute(Runnable task);

  /** Runs the task once so many milliseconds have passed. */
  Scheduled schedule(Runnable task, long delayMs);

  /** Runs the task again and again, each time so long after it has ended. */
  default void every(long pauseMs, Runnable task) {
    schedule(
        () -> {
          try {
            task.run();
          } finally {
            every(pauseMs, task);
          }
        },
        pauseMs);
  }

  @Override
  void close();

  /** One on a daemon thread of its own. */
  static SerialScheduler onThread(String name) {
    return new ThreadScheduler(name);
  }
}
