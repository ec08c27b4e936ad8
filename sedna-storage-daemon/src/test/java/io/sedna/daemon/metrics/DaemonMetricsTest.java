// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.Test;

public class DaemonMetricsTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong(-5 * SECOND);
  private final DaemonMetrics metrics = new DaemonMetrics(nanos::get);

  @Test
  public void shouldTellOperationsASecondOverTheLastTen() {
    for (int second = 0; second < 30; second++) {
      metrics.read(60);
      metrics.wrote(40);
      nanos.addAndGet(SECOND);
    }

    assertThat(metrics.operationsPerSecond()).isCloseTo(100, within(0.1));
    assertThat(metrics.reads()).isEqualTo(1800);
    assertThat(metrics.writes()).isEqualTo(1200);

    nanos.addAndGet(5 * SECOND);

    assertThat(metrics.operationsPerSecond()).isCloseTo(50, within(0.1));

    nanos.addAndGet(100 * SECOND);

    assertThat(metrics.operationsPerSecond()).isZero();
  }

  @Test
  public void shouldTellTheRateOfItsFirstSeconds() {
    metrics.read(10);
    assertThat(metrics.operationsPerSecond()).isEqualTo(10);

    nanos.addAndGet(2 * SECOND);
    assertThat(metrics.operationsPerSecond()).isCloseTo(5, within(0.1));
  }
}
