// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

public class HybridClockTest {
  private static final long START_MS = 1_700_000_000_000L;
  private static final long SKEW_MS = 1_000;

  private final ManualWallClock wall = new ManualWallClock(START_MS);
  private final HybridClock clock = new HybridClock(wall, SKEW_MS);

  @Test
  public void shouldHoldTheWallsMilliseconds() {
    long reading = clock.now();

    assertThat(HybridClock.millisOf(reading)).isEqualTo(START_MS);
    assertThat(HybridClock.counterOf(reading)).isZero();
  }

  @Test
  public void shouldCountWhileTheWallStandsStill() {
    long first = clock.now();

    long second = clock.now();

    assertThat(second).isEqualTo(first + 1);
    assertThat(HybridClock.counterOf(second)).isEqualTo(1);
  }

  @Test
  public void shouldGoOnWhenTheWallIsSetBack() {
    long before = clock.now();
    wall.advance(Duration.ofHours(-1));

    long after = clock.now();

    assertThat(after).isGreaterThan(before);
  }

  @Test
  public void shouldCarryAFullCounterIntoTheMilliseconds() {
    for (int i = 0; i < 1 << HybridClock.COUNTER_BITS; i++) {
      clock.now();
    }

    long reading = clock.now();

    assertThat(HybridClock.millisOf(reading)).isEqualTo(START_MS + 1);
    assertThat(HybridClock.counterOf(reading)).isZero();
  }

  @Test
  public void shouldExceedWhatItObserved() {
    long remote = HybridClock.ofMillis(START_MS + 500) + 7;

    boolean learnt = clock.observe(remote);

    assertThat(learnt).isTrue();
    assertThat(clock.now()).isEqualTo(remote + 1);
  }

  @Test
  public void shouldNotGoBackForAnOlderObservation() {
    long before = clock.now();

    clock.observe(HybridClock.ofMillis(START_MS - 500));

    assertThat(clock.now()).isEqualTo(before + 1);
  }

  @Test
  public void shouldNotLearnAReadingBeyondTheSkew() {
    boolean learnt = clock.observe(HybridClock.ofMillis(START_MS + SKEW_MS + 1));

    assertThat(learnt).isFalse();
    assertThat(HybridClock.millisOf(clock.now())).isEqualTo(START_MS);
  }

  @Test
  public void shouldAdmitTimestampsUpToTheSkew() {
    long timestamp = HybridClock.ofMillis(START_MS + SKEW_MS) + 65_535;

    clock.admit(timestamp);

    assertThat(clock.now()).isEqualTo(timestamp + 1);
  }

  @Test
  public void shouldRefuseTimestampsFromTheFutureWithTheValues() {
    SednaException e =
        catchThrowableOfType(
            SednaException.class, () -> clock.admit(HybridClock.ofMillis(START_MS + SKEW_MS + 1)));

    assertThat(e.code()).isEqualTo(ErrorCode.TIMESTAMP_IN_FUTURE);
    assertThat(e)
        .hasMessageContaining("is 1001 ms after")
        .hasMessageContaining("limit=1000 ms")
        .hasMessageContaining("2023-11-14T22:13:21.001Z");
  }

  @Test
  public void shouldRefuseTheGreatestTimestamp() {
    SednaException e =
        catchThrowableOfType(SednaException.class, () -> clock.admit(Long.MAX_VALUE));

    assertThat(e.code()).isEqualTo(ErrorCode.TIMESTAMP_IN_FUTURE);
  }

  @Test
  public void shouldRefuseTimestampsThatAreNotPositive() {
    for (long timestamp : new long[] {0, -1, Long.MIN_VALUE}) {
      SednaException e = catchThrowableOfType(SednaException.class, () -> clock.admit(timestamp));

      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  @Test
  public void shouldRefuseTimesThatDoNotFit() {
    for (long millis : new long[] {-1, 1L << 47}) {
      SednaException e =
          catchThrowableOfType(SednaException.class, () -> HybridClock.ofMillis(millis));

      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  @Test
  public void shouldNeverGiveAReadingTwiceToManyThreads() throws Exception {
    int threads = 4;
    int readings = 100_000;
    var barrier = new CyclicBarrier(threads);
    var pool = Executors.newFixedThreadPool(threads);
    try {
      Callable<long[]> reader =
          () -> {
            barrier.await(30, TimeUnit.SECONDS);
            long[] seen = new long[readings];
            for (int i = 0; i < readings; i++) {
              wall.advance(Duration.ofMillis(i % 1_000 == 0 ? i % 3 - 1 : 0));
              seen[i] = clock.now();
              clock.observe(seen[i] + i % 5);
            }
            return seen;
          };
      List<Future<long[]>> results = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        results.add(pool.submit(reader));
      }

      long[] all = new long[threads * readings];
      for (int t = 0; t < threads; t++) {
        long[] seen = results.get(t).get(60, TimeUnit.SECONDS);
        assertThat(seen).isSorted();
        System.arraycopy(seen, 0, all, t * readings, readings);
      }

      assertThat(Arrays.stream(all).distinct().count()).isEqualTo(all.length);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  public void shouldGiveNoReadingThatAnotherNodeGives() {
    var a = new HybridClock(wall, SKEW_MS, new NodeId("node-1"));
    var b = new HybridClock(wall, SKEW_MS, new NodeId("node-2"));
    var given = new HashSet<Long>();

    for (int i = 0; i < 10_000; i++) {
      long ofA = a.now();
      long ofB = b.now();
      assertThat(given.add(ofA)).isTrue();
      assertThat(given.add(ofB)).isTrue();
      if (i % 3 == 0) {
        // Both go on from the same reading.
        long newest = Math.max(ofA, ofB);
        a.observe(newest);
        b.observe(newest);
        assertThat(a.now()).isGreaterThan(newest).isNotEqualTo(b.now());
      }
    }
  }
}
