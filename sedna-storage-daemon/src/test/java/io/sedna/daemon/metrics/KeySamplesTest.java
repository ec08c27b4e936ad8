// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

public class KeySamplesTest {
  private long nowNs = 17;
  private final KeySamples samples = new KeySamples(() -> nowNs);

  private void sample(String key) {
    long hash = key.hashCode() * 0x9e3779b97f4a7c15L;
    samples.sampled(1, hash, key.getBytes(StandardCharsets.UTF_8));
  }

  private void endWindow() {
    nowNs += TimeUnit.MILLISECONDS.toNanos(KeySamples.WINDOW_MS);
  }

  @Test
  public void shouldFindHotKeysAmongManyOthers() {
    var random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      int choice = random.nextInt(10);
      sample(choice == 0 ? "hot" : choice == 1 ? "warm" + random.nextInt(2) : "cold-" + i);
    }

    assertThat(samples.hottest(3)).isEmpty();

    endWindow();
    var hottest = samples.hottest(3);

    assertThat(hottest)
        .extracting(hot -> new String(hot.key(), StandardCharsets.UTF_8))
        .first()
        .isEqualTo("hot");
    assertThat(hottest.subList(1, 3))
        .extracting(hot -> new String(hot.key(), StandardCharsets.UTF_8))
        .containsExactlyInAnyOrder("warm0", "warm1");
    // A tenth of 20,000 samples, each for 64 operations, in ten seconds.
    assertThat(hottest.get(0).operationsPerSecond()).isBetween(10_000.0, 14_000.0);
  }

  @Test
  public void shouldForgetAWindowWhenTheNextHasEnded() {
    sample("a");
    sample("a");
    endWindow();

    assertThat(samples.hottest(10)).hasSize(1);

    endWindow();

    assertThat(samples.hottest(10)).isEmpty();
    assertThat(samples.byPartition(4)).containsOnly(0);
  }

  @Test
  public void shouldTellOperationsByPartition() {
    for (int i = 0; i < 100; i++) {
      samples.sampled(1, 0x4000_0000_0000_0000L + i, new byte[] {1});
      samples.sampled(2, -1L, new byte[] {1});
    }
    endWindow();

    assertThat(samples.byPartition(4)).containsExactly(0, 640, 0, 640);
    assertThat(samples.byPartition(1)).containsExactly(1280);
    assertThat(samples.byPartition(65536)[65535]).isEqualTo(640);
  }

  @Test
  public void shouldKeepTheBeginningOfLongKeys() {
    samples.sampled(1, 5, new byte[30_000]);
    samples.sampled(1, 5, new byte[30_000]);
    endWindow();

    assertThat(samples.hottest(1).get(0).key()).hasSize(64);
  }
}
