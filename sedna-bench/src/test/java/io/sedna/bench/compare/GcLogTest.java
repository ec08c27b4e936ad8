// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sedna.common.error.SednaException;
import java.util.List;
import org.junit.Test;

public class GcLogTest {
  private static final long MIB = 1 << 20;

  /** As G1 of Java 17 writes it. */
  private static final List<String> LOG =
      List.of(
          "[500ms] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 500M->20M(1024M) 99.000ms",
          "[500ms] Safepoint \"G1CollectForAllocation\", Time since last: 1 ns, Reaching safepoint: 1"
              + " ns, At safepoint: 2 ns, Total:   99000000 ns",
          "[1500ms] GC(1) Eden regions: 10->0(20)",
          "[1500ms] GC(1) Pause Young (Normal) (G1 Evacuation Pause) 120M->30M(1024M) 1.234ms",
          "[1501ms] Safepoint \"G1CollectForAllocation\", Time since last: 1000 ns, Reaching"
              + " safepoint: 100 ns, At safepoint: 1300000 ns, Total:   1300100 ns",
          "[2500ms] GC(2) Pause Young (Normal) (G1 Evacuation Pause) 230M->31M(1024M) 2.000ms",
          "[2501ms] Safepoint \"G1CollectForAllocation\", Time since last: 1000 ns, Reaching"
              + " safepoint: 100 ns, At safepoint: 2100000 ns, Total:   2100100 ns",
          "[9000ms] GC(3) Pause Full (System.gc()) 900M->31M(1024M) 200.000ms");

  @Test
  public void shouldAddUpWhatWasAllocatedBetweenCollections() {
    GcLog log = GcLog.parse(LOG, 1000, 3000, 50 * MIB, 41 * MIB);

    assertThat(log.collections()).isEqualTo(2);
    // 50 to 120, 30 to 230, 31 to 41.
    assertThat(log.allocatedBytes()).isEqualTo((70 + 200 + 10) * MIB);
  }

  @Test
  public void shouldTakeTheLongestPauseOfTheTimeAlone() {
    GcLog log = GcLog.parse(LOG, 1000, 3000, 0, 0);

    assertThat(log.longestPauseMicros()).isCloseTo(2100.1, within(0.01));
  }

  @Test
  public void shouldCountAllocationWithoutACollection() {
    GcLog log = GcLog.parse(List.of(), 1000, 3000, 10 * MIB, 12 * MIB);

    assertThat(log).isEqualTo(new GcLog(0, 2 * MIB, 0));
  }

  @Test
  public void shouldReadTheHeapThatJcmdTellsOf() {
    long used =
        GcLog.usedBytes(
            "4242:\n garbage-first heap   total 262144K, used 23456K [0x0000, 0x0001)\n"
                + "  region size 1024K, 3 young (3072K), 0 survivors (0K)\n"
                + " Metaspace       used 12000K, committed 12300K, reserved 1114112K\n");

    assertThat(used).isEqualTo(23456L << 10);
    assertThatThrownBy(() -> GcLog.usedBytes("4242: no such process"))
        .isInstanceOf(SednaException.class);
  }
}
