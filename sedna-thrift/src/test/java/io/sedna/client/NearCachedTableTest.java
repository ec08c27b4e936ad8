// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sedna.client.testing.Await;
import io.sedna.client.testing.FakeDaemon;
import io.sedna.client.testing.FakeDaemon.Fault;
import io.sedna.common.conf.NearCacheConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.Before;
import org.junit.Test;

public class NearCachedTableTest extends ClientTestBase {
  private static final byte[] KEY = bytes("k");

  private SednaClient caching;
  private SednaTable near;

  @Before
  public void connectCaching() {
    caching = connect(builder().nearCache(NearCacheConfig.of(1 << 20, 3_600_000)));
    near = caching.table(TABLE);
  }

  private long reads() {
    return instance.calls().stream()
        .filter(c -> c.method().equals("readLatest") || c.method().equals("multiGet"))
        .mapToInt(c -> c.keys())
        .sum();
  }

  private static String text(java.util.Optional<VersionedValue> read) {
    return new String(read.orElseThrow().value(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  public void shouldReadOnceAndWhatItWroteAtOnce() throws Exception {
    near.put(KEY, bytes("one"));
    String first = text(near.get(KEY));
    String again = text(near.getAsync(KEY).get(20, TimeUnit.SECONDS));
    near.put(KEY, bytes("two"));
    String second = text(near.get(KEY));
    near.putAsync(KEY, bytes("three")).get(20, TimeUnit.SECONDS);
    String third = text(near.getAsync(KEY).get(20, TimeUnit.SECONDS));

    assertThat(List.of(first, again, second, third)).containsExactly("one", "one", "two", "three");
    assertThat(reads()).isEqualTo(3);
    assertThat(near.nearCache().orElseThrow().hits()).isEqualTo(1);
    assertThat(table.nearCache()).isEmpty();
  }

  @Test
  public void shouldShareTheCacheAmongHandlesOfATable() {
    near.put(KEY, bytes("one"));
    near.get(KEY);

    caching.table(TABLE).put(KEY, bytes("two"));

    assertThat(text(near.get(KEY))).isEqualTo("two");
  }

  @Test
  public void shouldForgetWhateverIsWrittenHoweverItIs() {
    for (Runnable write :
        List.<Runnable>of(
            () -> near.delete(KEY),
            () -> near.putAll(KEY, bytes("new"), WriteOptions.DEFAULT),
            () -> near.multiPut(List.of(new PutEntry(KEY, bytes("new")))),
            () -> near.multiDelete(List.of(KEY)),
            () -> near.deleteAsync(KEY).join(),
            () -> near.multiPutAsync(List.of(new PutEntry(KEY, bytes("new")))).join(),
            () -> near.multiDeleteAsync(List.of(KEY)).join(),
            () -> attempt(() -> near.touch(KEY, java.time.Duration.ofSeconds(5))),
            () -> attempt(() -> near.increment(KEY, 1, WriteOptions.DEFAULT)),
            () -> attempt(() -> near.append(KEY, KEY, WriteOptions.DEFAULT)),
            () -> attempt(() -> near.compareAndSet(KEY, 0, KEY, WriteOptions.DEFAULT)))) {
      near.put(KEY, bytes("old"));
      near.get(KEY);
      long before = reads();

      write.run();
      near.get(KEY);

      assertThat(reads()).isEqualTo(before + 1);
    }
  }

  /** What the fake daemons do not offer fails; what was cached is forgotten all the same. */
  private static void attempt(ThrowingCallable write) {
    var unused = catchThrowable(write);
  }

  @Test
  public void shouldAskForTheMissingKeysOfABatchOnly() {
    near.multiPut(entries(10));
    near.multiGet(keys(4));
    long before = reads();

    List<ReadResult> read = near.multiGet(keys(10));
    List<ReadResult> again = near.multiGetAsync(keys(10)).join();

    for (int i = 0; i < 10; i++) {
      assertThat(text(read.get(i).orThrow())).isEqualTo("value" + i);
      assertThat(text(again.get(i).orThrow())).isEqualTo("value" + i);
    }
    assertThat(reads()).isEqualTo(before + 6);
  }

  @Test
  public void shouldHideWhatOthersWriteUntilItExpires() {
    near.put(KEY, bytes("one"));
    near.get(KEY);

    // Having read it, the other client writes what is newer by its stamp too.
    table.get(KEY);
    table.put(KEY, bytes("two"));

    assertThat(text(near.get(KEY))).isEqualTo("one");
    assertThat(text(table.get(KEY))).isEqualTo("two");
  }

  @Test
  public void shouldCacheOnlyTheTablesThatAreNamed() {
    var some =
        connect(
            builder()
                .nearCache(
                    NearCacheConfig.of(1 << 20, 1000).withTables(List.of("shop.hot", TABLE))));

    assertThat(some.table(TABLE).nearCache()).isPresent();
    assertThat(some.table("shop.cold").nearCache()).isEmpty();
  }

  @Test
  public void shouldNotKeepFailuresAndPassThemOnUnwrapped() {
    near.put(KEY, bytes("one"));
    instance
        .daemons()
        .forEach(
            d ->
                d.faults(
                    m -> FakeDaemon.failing(new SednaException(ErrorCode.INVALID_ARGUMENT, "no"))));
    var seen = new ArrayList<Throwable>();

    var read = near.getAsync(KEY);
    var unused = read.whenComplete((value, failure) -> seen.add(failure));
    SednaException e = failure(() -> near.get(KEY));
    Await.until("the read has ended", read::isDone);
    instance.daemons().forEach(FakeDaemon::healthy);

    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    Await.until("its failure was seen", () -> !seen.isEmpty());
    assertThat(seen.get(0)).isInstanceOf(SednaException.class);
    assertThat(text(near.get(KEY))).isEqualTo("one");
  }

  @Test
  public void shouldAnswerNothingOnceClosed() {
    near.put(KEY, bytes("one"));
    near.get(KEY);

    caching.close();

    assertThat(failure(() -> near.get(KEY)).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
  }

  @Test
  public void shouldNotBringBackAnOldValueThatWasBeingRead() throws Exception {
    near.put(KEY, bytes("old"));
    var slow = new AtomicInteger();
    instance
        .daemons()
        .forEach(
            d ->
                d.faults(
                    m -> {
                      if (m.equals("readLatest") && slow.getAndIncrement() == 0) {
                        return new Fault.AnswerLate(100);
                      }
                      return new Fault.None();
                    }));

    var read = near.getAsync(KEY);
    Await.until("the old value was read", () -> slow.get() > 0);
    near.put(KEY, bytes("new"));
    boolean overtaken = !read.isDone();
    String old = text(read.get(20, TimeUnit.SECONDS));

    assertThat(overtaken).isTrue();
    assertThat(old).isEqualTo("old");
    assertThat(text(near.get(KEY))).isEqualTo("new");
  }

  /** Each key has one writer, which must always find what it wrote last, while others read. */
  @Test
  public void shouldShowEachCallerItsOwnWritesUnderLoad() throws Exception {
    int threads = 8;
    ExecutorService callers = Executors.newFixedThreadPool(2 * threads);
    try {
      var ends = new ArrayList<Future<?>>();
      for (int t = 0; t < threads; t++) {
        byte[] key = bytes("mine" + t % threads);
        ends.add(
            callers.submit(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    near.put(key, bytes("v" + i));
                    assertThat(text(near.get(key))).isEqualTo("v" + i);
                  }
                  return null;
                }));
        ends.add(
            callers.submit(
                () -> {
                  long newest = 0;
                  for (int i = 0; i < 400; i++) {
                    var read = near.get(key);
                    if (read.isPresent()) {
                      assertThat(read.get().timestamp()).isGreaterThanOrEqualTo(newest);
                      newest = read.get().timestamp();
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get(60, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
  }
}
