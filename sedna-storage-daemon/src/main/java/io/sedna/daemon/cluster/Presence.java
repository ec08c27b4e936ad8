// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.time.SerialScheduler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process has been running all the time. One that was stopped, or whose machine was,
 * wakes with a partition map that may long have been replaced, and with requests in its sockets
 * that it would answer by that map. So whoever serves requests asks here first: after a standstill
 * the answer is no until ZooKeeper has been asked for the newest map.
 *
 * <p>A timer looks at the clock again and again. Where its last look is further back than it could
 * be, the process stood still, and it does not matter who notices that first. If ZooKeeper does not
 * answer, the daemon goes on by the map that it has after a while, as all daemons do while
 * ZooKeeper is away; strong tables have their lease besides ({@link Lease}).
 *
 * <p>Thread-safe; asking takes no lock.
 */
@InterfaceAudience.Private
public final class Presence implements BooleanSupplier {
  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

  private static final int LOOKS = 4;

  private final SerialScheduler timers;
  private final long limitNanos;
  private final long patienceMs;

  /** Odd while it is not known what happened in a standstill; grows with each beginning and end. */
  private final AtomicLong absences = new AtomicLong();

  private volatile long lookedNanos;
  private volatile Runnable ask = () -> {};

  /**
   * @param limitMs the longest standstill that is none: within it nobody can have taken this
   *     daemon's place
   * @param patienceMs how long to wait for ZooKeeper
   */
  public Presence(SerialScheduler timers, long limitMs, long patienceMs) {
    this.timers = timers;
    this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMs);
    this.patienceMs = patienceMs;
    this.lookedNanos = timers.nanoTime();
  }

  /**
   * Begins.
   *
   * @param toAsk has ZooKeeper asked soon for the newest map; {@link #confirm} follows
   */
  public void start(Runnable toAsk) {
    ask = toAsk;
    lookedNanos = timers.nanoTime();
    timers.every(Math.max(1, TimeUnit.NANOSECONDS.toMillis(limitNanos) / LOOKS), this::look);
  }

  private void look() {
    long now = timers.nanoTime();
    if (isHere(now)) {
      // The moment before the answer: a standstill that begins here is not missed.
      lookedNanos = now;
    }
  }

  /** Whether requests may be served. */
  @Override
  public boolean getAsBoolean() {
    return isHere(timers.nanoTime());
  }

  private boolean isHere(long now) {
    long absence = absences.get();
    if (isAway(absence)) {
      return false;
    }
    long stoodNanos = now - lookedNanos;
    if (stoodNanos <= limitNanos) {
      return true;
    }
    if (absences.compareAndSet(absence, absence + 1)) {
      LOG.warn(
          "Stood still for about {} ms: asking ZooKeeper for the newest map before anything is"
              + " answered",
          TimeUnit.NANOSECONDS.toMillis(stoodNanos));
      ask.run();
      var unused = timers.schedule(() -> giveUp(absence + 1), patienceMs);
    }
    return false;
  }

  private static boolean isAway(long absence) {
    return (absence & 1) != 0;
  }

  /** What to {@link #confirm} when the map has been read; read before that is begun. */
  long absence() {
    return absences.get();
  }

  /** Whether there is something to confirm. */
  boolean isAway() {
    return isAway(absences.get());
  }

  /**
   * The newest map has been taken.
   *
   * @param absence of {@link #absence}, before ZooKeeper was asked
   */
  boolean confirm(long absence) {
    if (!isAway(absence)) {
      return false;
    }
    if (absences.get() == absence) {
      lookedNanos = timers.nanoTime();
    }
    return absences.compareAndSet(absence, absence + 1);
  }

  private void giveUp(long absence) {
    if (confirm(absence)) {
      LOG.warn(
          "ZooKeeper did not answer within {} ms after a standstill: going on by the map that is"
              + " there",
          patienceMs);
    }
  }
}
