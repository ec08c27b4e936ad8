// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sedna.bench.workload.OperationKind;
import org.junit.Test;

/** A server is simulated on a clock that the test turns. */
public class ScheduleTest {
  private static final long MS = 1_000_000;

  @Test
  public void shouldKeepTheRateHoweverLateRequestsAreSent() {
    var schedule = new Schedule(0, 3);

    for (int i = 0; i < 3_000; i++) {
      schedule.take();
    }

    // A thousand seconds, without a drift from rounding.
    assertThat(schedule.nextNanos()).isEqualTo(1_000_000_000_000L);
  }

  @Test
  public void shouldBeDueFromItsTimeOn() {
    var schedule = new Schedule(100, 1e9 / 50);

    assertThat(schedule.isDue(99)).isFalse();
    assertThat(schedule.isDue(100)).isTrue();
    assertThat(schedule.take()).isEqualTo(100);
    assertThat(schedule.isDue(149)).isFalse();
    assertThat(schedule.isDue(150)).isTrue();
  }

  /**
   * A server that answers in 1 ms, but stands still for a second, is asked once a millisecond by a
   * client that has one request under way: those that could not be sent have waited too.
   */
  @Test
  public void shouldCountTheWaitOfRequestsThatAStallHeldBack() {
    var schedule = new Schedule(0, 1000);
    var recording = new Recording();
    long now = 0;

    while (schedule.nextNanos() < 10_000 * MS) {
      now = Math.max(now, schedule.nextNanos());
      long start = schedule.take();
      boolean stalls = now <= 5_000 * MS && now + MS > 5_000 * MS;
      now += stalls ? 1_000 * MS : MS;
      recording.record(OperationKind.READ, now - start);
    }

    // Of 10,000 requests, half meet the backlog; every one after the stall waits for it, as the
    // server has no more speed than the rate needs. A closed loop would have seen one slow request.
    var reads = recording.reads;
    assertThat(reads.getTotalCount()).isEqualTo(10_000);
    assertThat(reads.getMaxValue() / (double) MS).isCloseTo(1_000, within(2.0));
    assertThat(reads.getValueAtPercentile(45) / (double) MS).isCloseTo(1, within(0.01));
    assertThat(reads.getValueAtPercentile(55) / (double) MS).isCloseTo(1_000, within(2.0));
  }

  /** As before, but the server is twice as fast as the rate: the backlog melts away in a second. */
  @Test
  public void shouldLetLatenciesFallAsTheBacklogMelts() {
    var schedule = new Schedule(0, 1000);
    var recording = new Recording();
    long now = 0;

    while (schedule.nextNanos() < 10_000 * MS) {
      now = Math.max(now, schedule.nextNanos());
      long start = schedule.take();
      boolean stalls = start == 5_000 * MS;
      now += stalls ? 1_000 * MS : MS / 2;
      recording.record(OperationKind.READ, now - start);
    }

    // The 2,000 requests of two seconds have waits from 1,000 ms down to 0, evenly.
    var reads = recording.reads;
    assertThat(reads.getValueAtPercentile(79) / (double) MS).isCloseTo(0.5, within(0.01));
    assertThat(reads.getValueAtPercentile(90) / (double) MS).isCloseTo(500, within(5.0));
    assertThat(reads.getMaxValue() / (double) MS).isCloseTo(1_000, within(2.0));
  }
}
