// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import java.time.Duration;
import java.util.function.Supplier;

/** Waits for what happens on other threads, with a bound. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long POLL_MS = 10;

  private Await() {}

  /** A condition that may throw, which counts as not yet. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  public static void until(String what, Condition condition) {
    until(what, LIMIT, condition, () -> "");
  }

  public static void until(String what, Condition condition, Supplier<String> state) {
    until(what, LIMIT, condition, state);
  }

  public static void until(
      String what, Duration limit, Condition condition, Supplier<String> state) {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (System.nanoTime() - deadlineNs < 0) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting until " + what, e);
      } catch (Exception e) {
        last = e;
      }
      java.util.concurrent.locks.LockSupport.parkNanos(POLL_MS * 1_000_000);
    }
    throw new AssertionError("not within " + limit + ": " + what + " " + state.get(), last);
  }
}
