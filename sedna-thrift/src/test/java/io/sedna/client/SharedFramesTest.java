// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sedna.client.testing.Await;
import io.sedna.client.testing.FakeDaemon;
import io.sedna.client.testing.FakeDaemon.Fault;
import io.sedna.client.testing.FakeInstance.Call;
import io.sedna.common.conf.ClientBatchingConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Test;

/** Single calls that wait for the same connection travel together, and each ends on its own. */
public class SharedFramesTest extends ClientTestBase {
  private static final byte[] VALUE = bytes("value");

  private final CountDownLatch held = new CountDownLatch(1);
  private SednaClient connected;

  /** Nothing but one daemon with every partition, so that there is one connection. */
  private SednaTable alone(SednaClientBuilder builder) {
    instance.spread(1, 1, 1);
    connected = connect(builder.eventLoops(1));
    SednaTable one = connected.table(TABLE);
    one.describe();
    one.put(bytes("first"), VALUE);
    return one;
  }

  private SednaTable alone() {
    return alone(builder());
  }

  /** Keeps the client's only event loop, so that what is called meanwhile waits together. */
  private void hold(SednaTable one) {
    var holding = new CountDownLatch(1);
    instance.daemon(0).faults(m -> new Fault.Delay(20));
    var unused =
        one.getAsync(bytes("first"))
            .thenRun(
                () -> {
                  holding.countDown();
                  awaitQuietly(held);
                });
    awaitQuietly(holding);
    instance.daemon(0).healthy();
    instance.calls().clear();
    instance.daemon(0).methods().clear();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("held for 20 s");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void release() {
    held.countDown();
  }

  private List<CompletableFuture<WriteResult>> putAll(SednaTable one, int count) {
    return keys(count).stream().map(key -> one.putAsync(key, key)).toList();
  }

  private List<CompletableFuture<Optional<VersionedValue>>> getAll(SednaTable one, int count) {
    return keys(count).stream().map(one::getAsync).toList();
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static SednaException failureOf(CompletableFuture<?> future) {
    Throwable failure = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
    assertThat(failure).hasCauseInstanceOf(SednaException.class);
    return Errors.of(failure);
  }

  @Test
  public void shouldSendALoneCallAtOnceByItself() {
    SednaTable one = alone(builder().batching(new ClientBatchingConfig(true, 256, 1_000_000)));
    instance.calls().clear();

    one.put(bytes("k"), VALUE);
    one.get(bytes("k"));

    // Nobody is waited for, though up to a second might be.
    assertThat(instance.calls())
        .containsExactly(new Call(0, "writeLatest", 1), new Call(0, "readLatest", 1));
  }

  @Test
  public void shouldPutCallsThatWaitIntoOneFrameWritesBeforeReads() {
    SednaTable one = alone();
    hold(one);

    var puts = putAll(one, 50);
    var gets = getAll(one, 60);
    release();

    assertThat(puts).allSatisfy(put -> assertThat(get(put).isOk()).isTrue());
    for (int i = 0; i < 60; i++) {
      Optional<VersionedValue> read = get(gets.get(i));
      assertThat(read.isPresent()).isEqualTo(i < 50);
      assertThat(read.map(VersionedValue::value).orElse(bytes("key" + i)))
          .isEqualTo(bytes("key" + i));
    }
    assertThat(instance.calls())
        .containsExactly(new Call(0, "multiPut", 50), new Call(0, "multiGet", 60));
  }

  @Test
  public void shouldStampEachWriteByItself() {
    SednaTable one = alone();
    hold(one);

    var first = one.putAsync(bytes("k"), bytes("first"));
    var second = one.putAsync(bytes("k"), bytes("second"));
    var given = one.putAsync(bytes("g"), VALUE, WriteOptions.DEFAULT.withTimestamp(77));
    release();

    assertThat(get(second).timestamp()).isGreaterThan(get(first).timestamp());
    assertThat(get(given).timestamp()).isEqualTo(77);
    assertThat(one.get(bytes("k")).orElseThrow().value()).isEqualTo(bytes("second"));
    assertThat(one.get(bytes("g")).orElseThrow().timestamp()).isEqualTo(77);
  }

  @Test
  public void shouldNotMixTablesOrSources() {
    instance.createTable("shop.other");
    SednaTable one = alone();
    SednaTable other = connected.table("shop.other");
    other.describe();
    hold(one);

    var calls = new ArrayList<CompletableFuture<WriteResult>>();
    for (int i = 0; i < 20; i++) {
      byte[] key = bytes("key" + i);
      calls.add(one.putAsync(key, VALUE, WriteOptions.DEFAULT.withSource(i % 2)));
      calls.add(other.putAsync(key, VALUE));
    }
    release();

    assertThat(calls).allSatisfy(call -> assertThat(get(call).isOk()).isTrue());
    assertThat(instance.calls()).extracting(Call::keys).containsExactlyInAnyOrder(10, 10, 20);
    assertThat(one.get(bytes("key3")).orElseThrow().source()).isEqualTo(1);
    assertThat(instance.records("shop.other")).isEqualTo(20);
  }

  @Test
  public void shouldSplitAtTheMostKeys() {
    SednaTable one = alone(builder().batching(new ClientBatchingConfig(true, 7, 0)));
    hold(one);

    var gets = getAll(one, 30);
    release();

    assertThat(gets).allSatisfy(call -> assertThat(get(call)).isEmpty());
    assertThat(instance.calls()).extracting(Call::keys).containsExactly(7, 7, 7, 7, 2);
  }

  @Test
  public void shouldSplitAtTheMostBytesAndSendLargeValuesAlone() {
    SednaTable one = alone();
    hold(one);

    var puts = new ArrayList<CompletableFuture<WriteResult>>();
    for (int i = 0; i < 20; i++) {
      puts.add(one.putAsync(bytes("key" + i), new byte[30 << 10]));
    }
    puts.add(one.putAsync(bytes("large"), new byte[1 << 20]));
    release();

    assertThat(puts).allSatisfy(put -> assertThat(get(put).isOk()).isTrue());
    assertThat(instance.calls())
        .containsExactlyInAnyOrder(
            new Call(0, "multiPut", 8),
            new Call(0, "multiPut", 8),
            new Call(0, "multiPut", 4),
            new Call(0, "writeLatest", 1));
  }

  @Test
  public void shouldAskForFewerLargeValuesAtOnceOnceItKnowsThemToBeLarge() {
    SednaTable one = alone();
    for (int i = 0; i < 30; i++) {
      one.put(bytes("key" + i), new byte[30 << 10]);
      one.get(bytes("key" + i));
    }
    hold(one);

    var gets = getAll(one, 30);
    release();

    assertThat(gets).allSatisfy(call -> assertThat(get(call)).isPresent());
    assertThat(instance.calls()).extracting(Call::keys).allMatch(keys -> keys <= 10);
  }

  @Test
  public void shouldFailOnlyTheKeyThatFailed() {
    SednaTable one = alone();
    hold(one);
    instance.keyErrors(
        (key, keys) ->
            new String(key, java.nio.charset.StandardCharsets.UTF_8).equals("key3")
                ? new SednaException(ErrorCode.TIMESTAMP_IN_FUTURE, "too far")
                : null);

    var puts = putAll(one, 10);
    release();

    for (int i = 0; i < 10; i++) {
      if (i == 3) {
        assertThat(failureOf(puts.get(i)).code()).isEqualTo(ErrorCode.TIMESTAMP_IN_FUTURE);
      } else {
        assertThat(get(puts.get(i)).isOk()).isTrue();
      }
    }
    assertThat(instance.calls()).containsExactly(new Call(0, "multiPut", 10));
  }

  @Test
  public void shouldTryTheKeysAgainThatAreNotReady() {
    SednaTable one = alone();
    hold(one);
    instance.keyErrors(
        (key, keys) -> new SednaException(ErrorCode.LOADING, "its partition is being restored"));

    var gets = getAll(one, 10);
    release();

    assertThat(gets).allSatisfy(call -> assertThat(get(call)).isEmpty());
    assertThat(instance.daemon(0).called("readLatest")).isEqualTo(10);
  }

  @Test
  public void shouldAskAloneForWhatTheAnswerHadNoRoomFor() {
    SednaTable one = alone();
    one.put(bytes("key5"), VALUE);
    hold(one);
    instance.keyErrors(
        (key, keys) -> new SednaException(ErrorCode.FRAME_TOO_LARGE, "answer is full"));

    var gets = getAll(one, 10);
    release();

    assertThat(get(gets.get(5))).isPresent();
    assertThat(gets).allSatisfy(call -> assertThat(failureless(call)).isTrue());
  }

  private static boolean failureless(CompletableFuture<?> future) {
    get(future);
    return true;
  }

  @Test
  public void shouldTryEachCallAloneWhereTheDaemonRefusesTheFrame() {
    SednaTable one = alone();
    hold(one);
    instance
        .daemon(0)
        .faults(
            method ->
                method.startsWith("multi")
                    ? FakeDaemon.failing(new SednaException(ErrorCode.INVALID_ARGUMENT, "no"))
                    : new Fault.None());

    var puts = putAll(one, 10);
    var gets = getAll(one, 10);
    release();

    assertThat(puts).allSatisfy(put -> assertThat(get(put).isOk()).isTrue());
    assertThat(gets).allSatisfy(call -> assertThat(failureless(call)).isTrue());
    assertThat(instance.daemon(0).called("writeLatest")).isEqualTo(10);
  }

  @Test
  public void shouldFetchANewerMapOnceForAllCallsOfAFrame() {
    SednaTable one = alone();
    hold(one);
    instance.spread(9, 16, 2);

    var puts = putAll(one, 100);
    release();

    assertThat(puts).allSatisfy(put -> assertThat(get(put).isOk()).isTrue());
    assertThat(instance.records(TABLE)).isEqualTo(101);
    long maps = instance.daemons().stream().mapToLong(d -> d.called("partitionMap")).sum();
    assertThat(maps).isLessThan(20);
  }

  @Test
  public void shouldAnswerOkToEachWriteOfAFrameWhoseAnswerWasLost() {
    SednaTable one = alone();
    hold(one);
    loseFirst("multiPut");

    var puts = putAll(one, 40);
    release();

    assertThat(puts).allSatisfy(put -> assertThat(get(put).isOk()).isTrue());
    assertThat(instance.records(TABLE)).isEqualTo(41);
    // Done the first time, and found to be what stands there.
    assertThat(instance.daemon(0).called("readLatest")).isEqualTo(40);
  }

  private void loseFirst(String lostMethod) {
    var lost = new AtomicInteger();
    instance
        .daemon(0)
        .faults(
            method ->
                method.equals(lostMethod) && lost.getAndIncrement() == 0
                    ? new Fault.LoseAnswer()
                    : new Fault.None());
  }

  @Test
  public void shouldEndEachCallOfAnUnansweredFrameByItsOwnDeadline() {
    SednaTable one =
        alone(builder().requestTimeout(Duration.ofMillis(150)).deadline(Duration.ofMillis(400)));
    hold(one);
    instance
        .daemon(0)
        .faults(m -> m.equals("partitionMap") ? new Fault.None() : new Fault.Swallow());
    long start = System.nanoTime();

    var gets = getAll(one, 10);
    release();

    for (var call : gets) {
      SednaException e = failureOf(call);
      assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
      assertThat(e.getMessage()).contains("sedna.client.deadline.ms=400", "attempt");
    }
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
  }

  @Test
  public void shouldFailAllCallsOverGarbageWithATypedError() {
    SednaTable one = alone();
    hold(one);
    instance
        .daemon(0)
        .faults(
            m ->
                m.equals("multiGet")
                    ? new Fault.Answer(bytes("HTTP/1.1 400 Bad Request"))
                    : new Fault.None());

    var gets = getAll(one, 10);
    release();

    assertThat(gets)
        .allSatisfy(call -> assertThat(failureOf(call).code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
    assertThat(one.get(bytes("first"))).isPresent();
  }

  @Test
  public void shouldFailWhatIsQueuedWhenClosed() {
    SednaTable one = alone();
    hold(one);
    var gets = getAll(one, 100);
    var puts = putAll(one, 100);

    connected.close();
    release();

    assertThat(gets)
        .allSatisfy(call -> assertThat(failureOf(call).code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
    assertThat(puts)
        .allSatisfy(call -> assertThat(failureOf(call).code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
    assertThat(failureOf(one.getAsync(bytes("k"))).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
  }

  @Test
  public void shouldSendEachCallByItselfWhereBatchingIsOff() {
    SednaTable one = alone(builder().batching(new ClientBatchingConfig(false, 256, 0)));
    hold(one);

    var gets = getAll(one, 30);
    release();

    assertThat(gets).allSatisfy(call -> assertThat(get(call)).isEmpty());
    assertThat(instance.daemon(0).called("readLatest")).isEqualTo(30);
  }

  @Test
  public void shouldGatherForAWhileWhereToldTo() {
    SednaTable one = alone(builder().batching(new ClientBatchingConfig(true, 256, 200_000)));
    instance.calls().clear();
    instance
        .daemon(0)
        .faults(m -> m.equals("readLatest") ? new Fault.Delay(100) : new Fault.None());

    var gets = new ArrayList<CompletableFuture<Optional<VersionedValue>>>();
    gets.add(one.getAsync(bytes("first")));
    Await.until("one is under way", () -> instance.daemon(0).called("readLatest") > 0);
    gets.addAll(getAll(one, 20));

    assertThat(gets).allSatisfy(call -> assertThat(failureless(call)).isTrue());
    assertThat(instance.calls())
        .containsExactly(new Call(0, "readLatest", 1), new Call(0, "multiGet", 20));
  }

  @Test
  public void shouldServeThousandsOfConcurrentCallersOfManyDaemons() throws Exception {
    int threads = 48;
    int rounds = 60;
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try {
      var ends = new ArrayList<java.util.concurrent.Future<?>>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        ends.add(
            callers.submit(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    byte[] key = bytes("caller" + thread + "-" + i);
                    var async = table.putAsync(bytes("async" + thread + "-" + i), key);
                    assertThat(table.put(key, key).isOk()).isTrue();
                    assertThat(table.get(key).orElseThrow().value()).isEqualTo(key);
                    assertThat(async.get(20, TimeUnit.SECONDS).isOk()).isTrue();
                  }
                  return null;
                }));
      }
      for (var end : ends) {
        end.get(60, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(instance.records(TABLE)).isEqualTo(2 * threads * rounds);

    var many = new ArrayList<CompletableFuture<Optional<VersionedValue>>>();
    for (int i = 0; i < 5000; i++) {
      many.add(table.getAsync(bytes("caller" + i % threads + "-" + i % rounds)));
    }
    assertThat(many).allSatisfy(read -> assertThat(get(read)).isPresent());
  }
}
