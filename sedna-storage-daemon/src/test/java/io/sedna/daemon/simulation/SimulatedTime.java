// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * The time of a simulation and all that is yet to happen in it. Events of one moment happen in the
 * order in which they were given; between events no time passes. For one thread.
 */
final class SimulatedTime {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowNanos;
  private long sequence;
  private long happened;

  private record Event(long atNanos, long sequence, Runnable task) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int order = Long.compare(atNanos, other.atNanos);
      return order != 0 ? order : Long.compare(sequence, other.sequence);
    }
  }

  /** Nanoseconds since the beginning. */
  long nanos() {
    return nowNanos;
  }

  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(nowNanos);
  }

  /** Events so far. */
  long happened() {
    return happened;
  }

  /** Lets something happen at a moment, or now if that has passed. */
  void at(long atNanos, Runnable task) {
    events.add(new Event(Math.max(nowNanos, atNanos), sequence++, task));
  }

  void after(long delayNanos, Runnable task) {
    at(nowNanos + delayNanos, task);
  }

  /** Lets everything happen that happens up to a moment, which then is now. */
  void runUntil(long untilNanos) {
    while (!events.isEmpty() && events.peek().atNanos() <= untilNanos) {
      Event next = events.remove();
      nowNanos = next.atNanos();
      happened++;
      next.task().run();
    }
    nowNanos = Math.max(nowNanos, untilNanos);
  }

  void runFor(long millis) {
    runUntil(nowNanos + TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
