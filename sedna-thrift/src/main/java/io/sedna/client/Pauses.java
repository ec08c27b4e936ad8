// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.SednaException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The pauses between attempts of one call: doubling, each between half and the whole of its length,
 * within a deadline. Not thread-safe.
 */
final class Pauses {
  private static final int MAX_SHIFT = 30;

  private final long baseMs;
  private final long maxMs;
  private final long startNanos;
  private final long deadlineMs;
  private int pauses;
  private int attempts;

  Pauses(long baseMs, long maxMs, long deadlineMs) {
    this(baseMs, maxMs, deadlineMs, System.nanoTime());
  }

  /**
   * @param startNanos what the deadline counts from
   */
  Pauses(long baseMs, long maxMs, long deadlineMs, long startNanos) {
    this.startNanos = startNanos;
    this.baseMs = baseMs;
    this.maxMs = maxMs;
    this.deadlineMs = deadlineMs;
  }

  long elapsedMs() {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }

  long remainingMs() {
    return deadlineMs - elapsedMs();
  }

  void attempted() {
    attempts++;
  }

  int attempts() {
    return attempts;
  }

  /**
   * Milliseconds of the next pause, at least as long as the daemon asked; -1: the deadline comes
   * first.
   */
  long next(SednaException because) {
    long ceiling = Math.min(maxMs, baseMs << Math.min(pauses, MAX_SHIFT));
    pauses++;
    long pause = ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
    pause = Math.max(pause, because.retryAfterMs());
    return pause < remainingMs() ? pause : -1;
  }

  /** The failure as the caller gets it: with how often and how long it was tried. */
  SednaException exhausted(SednaException last) {
    return new SednaException(
        last.code(),
        last.category(),
        last.getMessage()
            + " (given up after "
            + attempts
            + (attempts == 1 ? " attempt, " : " attempts, ")
            + elapsedMs()
            + " ms; sedna.client.deadline.ms="
            + deadlineMs
            + ")",
        last.epoch(),
        last.retryAfterMs(),
        last);
  }
}
