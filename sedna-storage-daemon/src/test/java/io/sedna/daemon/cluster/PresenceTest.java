// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.time.SerialScheduler;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Test;

public class PresenceTest {
  private static final long LIMIT_MS = 5000;
  private static final long PATIENCE_MS = 10_000;

  private final Time time = new Time();
  private final AtomicInteger asked = new AtomicInteger();
  private final Presence presence = new Presence(time, LIMIT_MS, PATIENCE_MS);

  /** Time in which tasks run late, as those of a process that stands still. */
  private static final class Time implements SerialScheduler {
    private final PriorityQueue<Task> tasks =
        new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos));
    private long nowNanos;

    private record Task(Runnable action, long dueNanos) {}

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
      var added = new Task(task, nowNanos + TimeUnit.MILLISECONDS.toNanos(delayMs));
      tasks.add(added);
      return () -> tasks.remove(added);
    }

    void pass(long ms) {
      long untilNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(ms);
      while (!tasks.isEmpty() && tasks.peek().dueNanos() <= untilNanos) {
        Task next = tasks.remove();
        nowNanos = Math.max(nowNanos, next.dueNanos());
        next.action().run();
      }
      nowNanos = untilNanos;
    }

    /** Nothing runs meanwhile. */
    void standStill(long ms) {
      nowNanos += TimeUnit.MILLISECONDS.toNanos(ms);
    }

    @Override
    public void close() {
      tasks.clear();
    }
  }

  private void start() {
    presence.start(asked::incrementAndGet);
  }

  @Test
  public void shouldBeHereAsLongAsTimePassesAsItShould() {
    start();

    for (int i = 0; i < 100; i++) {
      time.pass(777);
      assertThat(presence.getAsBoolean()).isTrue();
    }

    assertThat(asked).hasValue(0);
  }

  @Test
  public void shouldNoticeAStandstillBeforeTheFirstAnswer() {
    start();
    time.pass(20_000);

    time.standStill(LIMIT_MS + 1);

    assertThat(presence.getAsBoolean()).isFalse();
    assertThat(presence.getAsBoolean()).isFalse();
    assertThat(asked).hasValue(1);
  }

  @Test
  public void shouldNoticeAStandstillWhenTheTimerIsFirst() {
    start();
    time.pass(20_000);

    time.standStill(LIMIT_MS + 1);
    time.pass(1);

    assertThat(presence.getAsBoolean()).isFalse();
    assertThat(asked).hasValue(1);
  }

  @Test
  public void shouldBeHereAgainWhenTheMapHasBeenRead() {
    start();
    time.standStill(2 * LIMIT_MS);
    assertThat(presence.getAsBoolean()).isFalse();
    long absence = presence.absence();

    assertThat(presence.confirm(absence)).isTrue();

    assertThat(presence.getAsBoolean()).isTrue();
    time.pass(3 * PATIENCE_MS);
    assertThat(presence.getAsBoolean()).isTrue();
    assertThat(asked).hasValue(1);
  }

  @Test
  public void shouldNotTakeAnAnswerFromBeforeTheStandstill() {
    start();
    long before = presence.absence();
    time.standStill(2 * LIMIT_MS);
    assertThat(presence.getAsBoolean()).isFalse();

    assertThat(presence.confirm(before)).isFalse();

    assertThat(presence.getAsBoolean()).isFalse();
  }

  @Test
  public void shouldNotTakeAnAnswerFromBetweenTwoStandstills() {
    start();
    time.standStill(2 * LIMIT_MS);
    assertThat(presence.getAsBoolean()).isFalse();
    long first = presence.absence();
    assertThat(presence.confirm(first)).isTrue();
    time.standStill(2 * LIMIT_MS);
    assertThat(presence.getAsBoolean()).isFalse();

    assertThat(presence.confirm(first)).isFalse();

    assertThat(presence.getAsBoolean()).isFalse();
    assertThat(asked).hasValue(2);
  }

  @Test
  public void shouldGoOnWithoutZooKeeperAfterAWhile() {
    start();
    time.standStill(2 * LIMIT_MS);
    assertThat(presence.getAsBoolean()).isFalse();

    time.pass(PATIENCE_MS - 1);
    assertThat(presence.getAsBoolean()).isFalse();
    time.pass(1);

    assertThat(presence.getAsBoolean()).isTrue();
  }
}
