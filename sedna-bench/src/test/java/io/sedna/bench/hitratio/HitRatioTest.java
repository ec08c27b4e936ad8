// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.hitratio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;

public class HitRatioTest {
  private static final int KEYS = 20_000;
  private static final int REQUESTS = 400_000;
  private static final int SEGMENTS = 64;
  private static final double[] PARTS = {0.02, 0.1, 0.25};

  private interface Check {
    void that(double lru, double sedna, String what);
  }

  private static void compare(TraceKind kind, Check check) {
    for (long seed = 1; seed <= 3; seed++) {
      int[] trace = kind.requests(KEYS, REQUESTS, seed);
      for (RecordSizes sizes :
          new RecordSizes[] {
            RecordSizes.equal(KEYS, 152), RecordSizes.mixed(KEYS, 64, 1024, seed)
          }) {
        for (double part : PARTS) {
          long capacity = (long) (sizes.total() * part);
          double lru = HitRatio.of(new LruModel(KEYS, capacity), trace, sizes).hits();
          double sedna =
              HitRatio.of(new PolicyModel(KEYS, capacity, SEGMENTS), trace, sizes).hits();
          check.that(lru, sedna, kind + " seed=" + seed + " part=" + part);
        }
      }
    }
  }

  @Test
  public void shouldBeClearlyBetterThanLruOnZipfianTraces() {
    for (TraceKind kind : new TraceKind[] {TraceKind.ZIPF_099, TraceKind.ZIPF_08}) {
      compare(
          kind, (lru, sedna, what) -> assertThat(1 - sedna).as(what).isLessThan(0.9 * (1 - lru)));
    }
  }

  @Test
  public void shouldBeClearlyBetterThanLruWhereScansPollute() {
    compare(
        TraceKind.SCAN_MIXED,
        (lru, sedna, what) -> assertThat(sedna).as(what).isGreaterThan(lru + 0.03));
  }

  @Test
  public void shouldNotBeWorseThanLruOnLoops() {
    for (TraceKind kind : new TraceKind[] {TraceKind.LOOP, TraceKind.LOOP_MIXED}) {
      compare(kind, (lru, sedna, what) -> assertThat(sedna).as(what).isGreaterThanOrEqualTo(lru));
    }
  }

  @Test
  public void shouldFollowAHotSetThatChanges() {
    compare(
        TraceKind.DRIFTING,
        (lru, sedna, what) -> assertThat(sedna).as(what).isGreaterThan(lru - 0.01));
    compare(
        TraceKind.SUDDEN,
        (lru, sedna, what) -> assertThat(sedna).as(what).isGreaterThan(lru - 0.05));
  }

  @Test
  public void shouldKeepAllThatFits() {
    RecordSizes sizes = RecordSizes.equal(1000, 100);
    int[] trace = TraceKind.LOOP.requests(1000, 10_000, 1);

    assertThat(HitRatio.of(new LruModel(1000, 100_000), trace, sizes).hits()).isEqualTo(1);
    assertThat(HitRatio.of(new LruModel(1000, 99_900), trace, sizes).hits()).isZero();
    assertThat(HitRatio.of(new PolicyModel(1000, 110_000, 64), trace, sizes).hits()).isEqualTo(1);
  }

  @Test
  public void shouldHoldInTheEnginesMemoryToo() {
    int keys = 60_000;
    RecordSizes sizes = RecordSizes.mixed(keys, 200, 2000, 1);
    long capacity = sizes.total() / 4; // about 12 MB, so a hundred segments
    for (TraceKind kind : new TraceKind[] {TraceKind.ZIPF_099, TraceKind.SCAN_MIXED}) {
      int[] trace = kind.requests(keys, 600_000, 1);

      double lru = HitRatio.of(new LruModel(keys, capacity), trace, sizes).hits();
      double sedna;
      try (var store = new StoreModel(capacity, 2000)) {
        sedna = HitRatio.of(store, trace, sizes).hits();
      }

      assertThat(sedna).as(kind.toString()).isGreaterThan(lru + 0.01);
    }
  }
}
