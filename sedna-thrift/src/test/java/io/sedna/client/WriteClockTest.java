// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.time.HybridClock;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

public class WriteClockTest {
  private static final long DAEMON_MS = 1_700_000_000_000L;

  private long nanos = 5_000_000_000L;
  private long wallMs = 0;
  private final WriteClock clock = new WriteClock(() -> nanos, () -> wallMs);

  private static long ms(long stamp) {
    return HybridClock.millisOf(stamp);
  }

  private void sample(long daemonMs, long roundTripMs) {
    long sent = nanos;
    nanos += TimeUnit.MILLISECONDS.toNanos(roundTripMs);
    clock.sample(sent, nanos, HybridClock.ofMillis(daemonMs));
  }

  @Test
  public void shouldFollowTheDaemonsClockAndNotTheMachines() {
    sample(DAEMON_MS, 0);
    nanos += TimeUnit.SECONDS.toNanos(3);
    wallMs = 12;

    assertThat(ms(clock.next())).isEqualTo(DAEMON_MS + 3000);
  }

  @Test
  public void shouldTakeTheDaemonsReadingAsOfTheMiddleOfTheRoundTrip() {
    sample(DAEMON_MS, 100);

    assertThat(ms(clock.next())).isEqualTo(DAEMON_MS + 50);
  }

  @Test
  public void shouldGoByTheMachinesClockUntilADaemonHasToldItsOwn() {
    wallMs = 123_456;

    assertThat(ms(clock.next())).isEqualTo(123_456);
  }

  @Test
  public void shouldPreferTheShorterRoundTrip() {
    sample(DAEMON_MS, 2);
    sample(DAEMON_MS + 5000, 800);

    assertThat(ms(clock.next())).isEqualTo(DAEMON_MS + 801);
  }

  @Test
  public void shouldTakeALongerRoundTripOnceDriftMadeTheOldSampleWorse() {
    sample(DAEMON_MS, 2);
    nanos += TimeUnit.HOURS.toNanos(1);
    sample(DAEMON_MS + 3_600_500, 20);

    assertThat(ms(clock.next())).isEqualTo(DAEMON_MS + 3_600_510);
  }

  @Test
  public void shouldNeverGiveAStampTwiceOrASmallerOne() {
    sample(DAEMON_MS, 0);
    long last = 0;

    for (int i = 0; i < 100_000; i++) {
      long next = clock.next();
      assertThat(next).isGreaterThan(last);
      last = next;
    }
  }

  @Test
  public void shouldBeLaterThanWhatItHasSeen() {
    sample(DAEMON_MS, 0);
    long seen = HybridClock.ofMillis(DAEMON_MS + 20_000);

    clock.observe(seen);

    assertThat(clock.next()).isGreaterThan(seen);
  }

  @Test
  public void shouldNotFollowAStampFromTheFarFuture() {
    sample(DAEMON_MS, 0);

    clock.observe(HybridClock.ofMillis(DAEMON_MS + 3_600_000));

    assertThat(ms(clock.next())).isEqualTo(DAEMON_MS);
  }
}
