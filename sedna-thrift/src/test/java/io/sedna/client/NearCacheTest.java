// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.conf.NearCacheConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.Test;

public class NearCacheTest {
  private static final long EXPIRY_MS = 1000;
  private static final byte[] KEY = {1, 2, 3};

  private final AtomicLong nanos = new AtomicLong(5);
  private final NearCache cache = cache(NearCacheConfig.of(1 << 20, EXPIRY_MS));

  private NearCache cache(NearCacheConfig config) {
    return new NearCache(
        config, () -> TimeUnit.NANOSECONDS.toMillis(nanos.get()) + 1_000_000, nanos::get);
  }

  private void pass(long ms) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  private static Optional<VersionedValue> version(int value, long timestamp) {
    return Optional.of(new VersionedValue(new byte[] {(byte) value}, timestamp, 0, 0));
  }

  private void read(NearCache into, byte[] key, Optional<VersionedValue> answer) {
    into.offer(key, into.ticket(key), answer);
  }

  @Test
  public void shouldGiveWhatWasRead() {
    read(cache, KEY, version(7, 1));

    assertThat(cache.get(KEY.clone()).orElseThrow().value()).containsExactly(7);
    assertThat(cache.get(new byte[] {1, 2})).isNull();
    assertThat(cache.statistics().hits()).isEqualTo(1);
    assertThat(cache.statistics().misses()).isEqualTo(1);
    assertThat(cache.statistics().records()).isEqualTo(1);
    assertThat(cache.statistics().bytes()).isBetween(100L, 400L);
  }

  @Test
  public void shouldShareNoArrayWithAnyCaller() {
    byte[] key = KEY.clone();
    Optional<VersionedValue> answer = version(7, 1);
    read(cache, key, answer);

    key[0] = 99;
    answer.orElseThrow().value()[0] = 99;
    cache.get(KEY).orElseThrow().value()[0] = 98;

    assertThat(cache.get(KEY).orElseThrow().value()).containsExactly(7);
  }

  @Test
  public void shouldForgetAfterTheConfiguredTimeSinceTheReadBegan() {
    NearCache.Ticket ticket = cache.ticket(KEY);
    pass(600);
    cache.offer(KEY, ticket, version(7, 1));
    pass(399);
    boolean before = cache.get(KEY) != null;
    pass(2);

    assertThat(before).isTrue();
    assertThat(cache.get(KEY)).isNull();
  }

  @Test
  public void shouldNotLiveLongerForBeingReadOrOfferedSomethingOlder() {
    read(cache, KEY, version(7, 10));
    pass(600);
    assertThat(cache.get(KEY)).isPresent();
    read(cache, KEY, version(6, 9));
    pass(401);

    assertThat(cache.get(KEY)).isNull();
  }

  @Test
  public void shouldNotOutliveTheRecord() {
    long now = TimeUnit.NANOSECONDS.toMillis(nanos.get()) + 1_000_000;
    read(cache, KEY, Optional.of(new VersionedValue(new byte[1], 1, 0, now + 200)));
    read(cache, new byte[] {9}, Optional.of(new VersionedValue(new byte[1], 1, 0, now - 1)));
    pass(199);
    boolean before = cache.get(KEY) != null;
    pass(2);

    assertThat(before).isTrue();
    assertThat(cache.get(KEY)).isNull();
    assertThat(cache.get(new byte[] {9})).isNull();
  }

  @Test
  public void shouldKeepThatThereIsNothingOnlyWhereToldTo() {
    NearCache both = cache(NearCacheConfig.of(1 << 20, EXPIRY_MS).withAbsent(true));

    read(cache, KEY, Optional.empty());
    read(both, KEY, Optional.empty());

    assertThat(cache.get(KEY)).isNull();
    assertThat(both.get(KEY)).isEmpty();
  }

  @Test
  public void shouldNotKeepWhatWasReadWhileAWriteBeganOrEnded() {
    NearCache.Ticket before = cache.ticket(KEY);
    cache.written(KEY);
    cache.offer(KEY, before, version(1, 1));
    Optional<VersionedValue> first = cache.get(KEY);
    NearCache.Ticket during = cache.ticket(KEY);
    cache.written(KEY);
    cache.offer(KEY, during, version(1, 1));

    assertThat(first).isNull();
    assertThat(cache.get(KEY)).isNull();
  }

  @Test
  public void shouldKeepTheNewerOfTwoReadsHoweverTheyEnd() {
    NearCache.Ticket slow = cache.ticket(KEY);
    NearCache.Ticket fast = cache.ticket(KEY);
    cache.offer(KEY, fast, version(2, 20));
    cache.offer(KEY, slow, version(1, 10));

    assertThat(cache.get(KEY).orElseThrow().value()).containsExactly(2);
  }

  @Test
  public void shouldForgetAllWithAllThatIsBeingRead() {
    read(cache, KEY, version(1, 1));
    NearCache.Ticket ticket = cache.ticket(new byte[] {4});

    cache.clear();
    cache.offer(new byte[] {4}, ticket, version(1, 1));

    assertThat(cache.get(KEY)).isNull();
    assertThat(cache.get(new byte[] {4})).isNull();
  }

  @Test
  public void shouldStayWithinItsBytes() {
    NearCache small = cache(NearCacheConfig.of(50_000, EXPIRY_MS));
    for (int i = 0; i < 10_000; i++) {
      read(small, new byte[] {(byte) i, (byte) (i >> 8)}, version(1, 1));
    }
    read(small, KEY, Optional.of(new VersionedValue(new byte[60_000], 1, 0, 0)));

    assertThat(small.statistics().bytes()).isLessThanOrEqualTo(50_000);
    assertThat(small.statistics().evictions()).isGreaterThan(9_000);
    assertThat(small.get(KEY)).isNull();
  }

  /**
   * Readers and writers of few keys, each in steps that a seed puts in order: a write takes effect
   * somewhere between its two calls of the cache, a read between its ticket and its offer. What the
   * cache gives is never older than a write that had ended.
   */
  @Test
  public void shouldNeverShowWhatWasThereBeforeAWriteThatHasEnded() {
    for (int seed = 0; seed < 3000; seed++) {
      interleave(new Random(seed), "seed=" + seed);
    }
  }

  private interface Step {
    /** Null: it was the last. */
    Step run();
  }

  private void interleave(Random random, String seed) {
    NearCache raced = cache(NearCacheConfig.of(1 << 20, EXPIRY_MS));
    Map<Integer, Long> store = new HashMap<>();
    Map<Integer, Long> ended = new HashMap<>();
    var clock = new AtomicLong();
    List<Step> running = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      if (running.size() < 6) {
        int key = random.nextInt(3);
        running.add(
            random.nextInt(3) == 0
                ? write(raced, store, ended, key, clock)
                : read(raced, store, ended, key, seed));
      }
      int next = random.nextInt(running.size());
      Step after = running.get(next).run();
      if (after == null) {
        running.remove(next);
      } else {
        running.set(next, after);
      }
    }
  }

  private static Step write(
      NearCache raced,
      Map<Integer, Long> store,
      Map<Integer, Long> ended,
      int key,
      AtomicLong clock) {
    byte[] bytes = {(byte) key};
    return () -> {
      raced.written(bytes);
      long stamp = clock.incrementAndGet();
      return () -> {
        store.merge(key, stamp, Math::max);
        return () -> {
          raced.written(bytes);
          ended.merge(key, stamp, Math::max);
          return null;
        };
      };
    };
  }

  private static Step read(
      NearCache raced, Map<Integer, Long> store, Map<Integer, Long> ended, int key, String seed) {
    byte[] bytes = {(byte) key};
    return () -> {
      Optional<VersionedValue> cached = raced.get(bytes);
      if (cached != null) {
        assertThat(cached.orElseThrow().timestamp())
            .as(seed)
            .isGreaterThanOrEqualTo(ended.getOrDefault(key, 0L));
        return null;
      }
      NearCache.Ticket ticket = raced.ticket(bytes);
      return () -> {
        Long found = store.get(key);
        return () -> {
          raced.offer(bytes, ticket, found == null ? Optional.empty() : version(1, found));
          return null;
        };
      };
    };
  }
}
