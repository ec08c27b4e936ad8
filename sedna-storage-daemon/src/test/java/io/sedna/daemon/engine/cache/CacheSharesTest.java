// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.Test;

public class CacheSharesTest {
  private static final long SEGMENT = 1 << 20;

  private static final class Fake extends CacheShares.Share {
    private final String name;
    private long regrets;
    private int segments;

    Fake(String name, int segments) {
      this.name = name;
      this.segments = segments;
    }

    @Override
    protected long regretsSoFar() {
      return regrets;
    }

    @Override
    protected long bytes() {
      return segments * SEGMENT;
    }

    @Override
    protected int segments() {
      return segments;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final CacheShares shares = new CacheShares();

  @Test
  public void shouldTakeFromTheTableThatRegretsLeastForItsSize() {
    var busy = new Fake("busy", 40);
    var idle = new Fake("idle", 20);
    busy.regrets = 4000;
    idle.regrets = 1000;

    assertThat(shares.choose(List.of(busy, idle))).contains(idle);
  }

  @Test
  public void shouldTakeFromTheLargestAmongEqualsAndLeaveEachALittle() {
    var small = new Fake("small", CacheShares.LEAST_SEGMENTS);
    var large = new Fake("large", 30);

    assertThat(shares.choose(List.of(small, large))).contains(large);
    large.segments = CacheShares.LEAST_SEGMENTS;
    assertThat(shares.choose(List.of(small, large))).isEmpty();
    assertThat(shares.choose(List.<Fake>of())).isEmpty();
  }

  @Test
  public void shouldForgetWhatWasLongAgo() {
    var past = new Fake("past", 30);
    var present = new Fake("present", 30);
    past.regrets = 1_000_000;
    for (int i = 0; i < 64 * 30; i++) {
      shares.choose(List.of(past, present));
    }

    present.regrets = 10_000;

    assertThat(shares.choose(List.of(past, present))).contains(past);
  }

  @Test
  public void shouldSettleWhereAByteIsWorthTheSame() {
    // Regrets of a table fall with its size; that of one with twice the load is worth twice as
    // much.
    var one = new Fake("one", 50);
    var two = new Fake("two", 50);

    for (int i = 0; i < 5_000; i++) {
      one.regrets += 1000 / one.segments;
      two.regrets += 4000 / two.segments;
      Fake giving = shares.choose(List.of(one, two)).orElseThrow();
      giving.segments--;
      (giving == one ? two : one).segments++;
    }

    assertThat(two.segments).isBetween(60, 73);
  }
}
