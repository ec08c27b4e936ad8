// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.Test;

public class GhostsTest {
  private final Ghosts ghosts = new Ghosts();

  private long remembered(long seed, int count) {
    var random = new SplittableRandom(seed);
    long found = 0;
    for (int i = 0; i < count; i++) {
      found += ghosts.remembers(random.nextLong()) ? 1 : 0;
    }
    return found;
  }

  private void add(long seed, int count) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      ghosts.add(random.nextLong());
    }
  }

  @Test
  public void shouldRememberNearlyAllOfAWindowAndHardlyAnythingElse() {
    ghosts.setWindow(100_000);

    add(1, 80_000);

    assertThat(remembered(1, 80_000)).isGreaterThan(79_000);
    assertThat(remembered(2, 80_000)).isLessThan(80_000 / 200);
  }

  @Test
  public void shouldForgetWhatIsOlderThanTheWindow() {
    ghosts.setWindow(10_000);
    add(1, 10_000);

    add(2, 12_500);

    assertThat(remembered(1, 10_000)).isLessThan(300);
    assertThat(remembered(2, 12_500)).isGreaterThan(8_500);
  }

  @Test
  public void shouldKeepWhatItKnowsWhenTheWindowChanges() {
    ghosts.setWindow(1_000);
    add(1, 900);

    ghosts.setWindow(64_000);
    assertThat(ghosts.bytes()).isBetween(2L * 64_000, 5L * 64_000);
    assertThat(remembered(1, 900)).isGreaterThan(850);

    ghosts.setWindow(1_000);
    assertThat(ghosts.bytes()).isLessThan(10_000);
    assertThat(remembered(1, 900)).isGreaterThan(850);
  }

  @Test
  public void shouldSpreadHashesThatAgreeInTheirFirstBits() {
    ghosts.setWindow(10_000);
    var random = new SplittableRandom(3);
    long[] hashes = random.longs(9_000).map(h -> h >>> 16 | 0x1234L << 48).toArray();

    for (long hash : hashes) {
      ghosts.add(hash);
    }

    int found = 0;
    for (long hash : hashes) {
      found += ghosts.remembers(hash) ? 1 : 0;
    }
    assertThat(found).isGreaterThan(8_800);
  }
}
