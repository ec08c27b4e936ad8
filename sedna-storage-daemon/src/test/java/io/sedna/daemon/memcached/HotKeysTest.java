// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.daemon.metrics.KeySamples.HotKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Test;

/** Commands of memcached clients are among the operations that tell which keys are hot. */
public class HotKeysTest {
  private static final int ROUNDS = 200;
  private static final int GETS = 100;
  private static final int SETS = 40;
  private static final int META_GETS = 20;
  private static final int SECONDS = 20;

  private final TestCache cache = new TestCache();

  @After
  public void close() {
    cache.close();
  }

  @Test
  public void shouldTellWhichKeysAreAskedForMost() {
    var channel = cache.connect();
    for (int round = 0; round < ROUNDS; round++) {
      TestCache.ask(
          channel,
          "get hot\r\n".repeat(GETS)
              + "set warm 0 0 1\r\nx\r\n".repeat(SETS)
              + "mg tepid v\r\n".repeat(META_GETS)
              + "get cold"
              + round
              + "\r\n");
    }

    cache.nanos.addAndGet(TimeUnit.SECONDS.toNanos(SECONDS));
    List<HotKey> hottest = cache.metrics.keys().hottest(3);

    assertThat(hottest)
        .extracting(hot -> new String(hot.key(), StandardCharsets.US_ASCII))
        .containsExactly("hot", "warm", "tepid");
    // A sample of some hundred: off by a tenth now and then.
    assertThat(hottest.get(0).operationsPerSecond())
        .isBetween(0.6 * ROUNDS * GETS / SECONDS, 1.4 * ROUNDS * GETS / SECONDS);
    assertThat(hottest.get(0).tableId()).isEqualTo(1);
    channel.finishAndReleaseAll();
  }
}
