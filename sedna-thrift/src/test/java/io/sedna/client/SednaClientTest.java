// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sedna.client.testing.Await;
import io.sedna.client.testing.FakeDaemon;
import io.sedna.client.testing.FakeDaemon.Fault;
import io.sedna.client.testing.FakeInstance.Call;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Test;

public class SednaClientTest extends ClientTestBase {
  private static final byte[] VALUE = bytes("value");

  @Test
  public void shouldReadWhatItWroteAndDeleteIt() {
    WriteResult written = table.put(bytes("k"), VALUE);
    VersionedValue read = table.get(bytes("k")).orElseThrow();
    WriteResult deleted = table.delete(bytes("k"));

    assertThat(written.isOk()).isTrue();
    assertThat(read.value()).isEqualTo(VALUE);
    assertThat(read.timestamp()).isEqualTo(written.timestamp());
    assertThat(deleted.isOk()).isTrue();
    assertThat(table.get(bytes("k"))).isEmpty();
  }

  @Test
  public void shouldSendEachCallStraightToThePrimary() {
    for (int i = 0; i < 100; i++) {
      byte[] key = bytes("key" + i);

      table.put(key, VALUE);

      assertThat(last().daemon()).isEqualTo(instance.primaryOf(TABLE, key));
    }
  }

  private Call last() {
    return instance.calls().stream().reduce((a, b) -> b).orElseThrow();
  }

  @Test
  public void shouldRefuseBadKeysAndValuesBeforeSendingThem() {
    assertThat(failure(() -> table.put(new byte[0], VALUE)).code()).isEqualTo(ErrorCode.KEY_EMPTY);
    assertThat(failure(() -> table.get(new byte[32 * 1024 + 1])).code())
        .isEqualTo(ErrorCode.KEY_TOO_LONG);
    assertThat(failure(() -> table.put(bytes("k"), new byte[8 * 1024 * 1024 + 1])).code())
        .isEqualTo(ErrorCode.VALUE_TOO_LARGE);
    assertThat(failure(() -> client.table("nodot")).code()).isEqualTo(ErrorCode.INVALID_NAME);

    assertThat(instance.calls()).isEmpty();
  }

  @Test
  public void shouldNameTheTableThatDoesNotExist() {
    SednaException e = failure(() -> client.table("shop.none").get(bytes("k")));

    assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
    assertThat(e.getMessage()).contains("shop.none");
  }

  @Test
  public void shouldFindATableThatWasDroppedAndMadeAnew() {
    table.put(bytes("k"), VALUE);
    instance.dropTable(TABLE);
    SednaException dropped = failure(() -> table.put(bytes("k"), VALUE));
    int id = instance.createTable(TABLE).id();

    WriteResult written = table.put(bytes("k"), VALUE);

    assertThat(dropped.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
    assertThat(written.isOk()).isTrue();
    assertThat(table.describe().id()).isEqualTo(id);
  }

  @Test
  public void shouldFetchANewerMapAndTryAgainAtOnce() {
    table.put(bytes("k"), VALUE);
    PartitionMap moved =
        PartitionMap.builder(5, 1, 1, instance.nodes())
            .add(0, 2, io.sedna.common.partition.ReplicaState.SERVING)
            .build();
    instance.map(moved);

    WriteResult written = table.put(bytes("k"), VALUE);

    assertThat(written.isOk()).isTrue();
    assertThat(client.partitionMap().epoch()).isEqualTo(5);
    assertThat(last().daemon()).isEqualTo(2);
  }

  @Test
  public void shouldTryTheNextReplicaWhenADaemonIsGone() {
    byte[] key = keyOf(1);
    instance.daemon(1).close();

    WriteResult written = table.put(key, VALUE);

    assertThat(written.isOk()).isTrue();
    assertThat(last().daemon()).isEqualTo(2);
  }

  @Test
  public void shouldTryTheNextReplicaWhenADaemonDoesNotAnswer() {
    var impatient = connect(builder().requestTimeout(Duration.ofMillis(100))).table(TABLE);
    byte[] key = keyOf(1);
    impatient.put(key, VALUE);
    instance.daemon(1).faults(method -> new Fault.Swallow());

    assertThat(impatient.get(key)).isPresent();
    assertThat(last().daemon()).isEqualTo(2);
  }

  @Test
  public void shouldTryAgainAfterPausesUntilTheErrorPasses() {
    var attempts = new AtomicInteger();
    for (FakeDaemon daemon : instance.daemons()) {
      daemon.faults(
          method ->
              method.equals("writeLatest") && attempts.incrementAndGet() < 5
                  ? FakeDaemon.failing(new SednaException(ErrorCode.LOADING, "partition loading"))
                  : new Fault.None());
    }

    WriteResult written = table.put(bytes("k"), VALUE);

    assertThat(written.isOk()).isTrue();
    assertThat(attempts).hasValue(5);
  }

  @Test
  public void shouldGiveUpAtTheDeadlineWithTheLastErrorAndHowOftenItTried() {
    var hasty = connect(builder().deadline(Duration.ofMillis(200))).table(TABLE);
    hasty.describe();
    instance
        .daemons()
        .forEach(
            d ->
                d.faults(
                    m -> FakeDaemon.failing(new SednaException(ErrorCode.FROZEN, "frozen now"))));

    SednaException e = failure(() -> hasty.put(bytes("k"), VALUE));

    assertThat(e.code()).isEqualTo(ErrorCode.FROZEN);
    assertThat(e.getMessage()).contains("frozen now", "attempts", "sedna.client.deadline.ms=200");
  }

  @Test
  public void shouldNotTryAgainWhatCannotBeCured() {
    table.describe();
    instance
        .daemons()
        .forEach(
            d ->
                d.faults(
                    m ->
                        FakeDaemon.failing(
                            new SednaException(ErrorCode.TIMESTAMP_IN_FUTURE, "too far"))));

    SednaException e = failure(() -> table.put(bytes("k"), VALUE));

    assertThat(e.code()).isEqualTo(ErrorCode.TIMESTAMP_IN_FUTURE);
    assertThat(instance.daemons().stream().mapToLong(d -> d.called("writeLatest")).sum())
        .isEqualTo(1);
  }

  @Test
  public void shouldAnswerOkWhenTheWriteWasDoneAndItsAnswerLost() {
    byte[] key = keyOf(0);
    loseFirst("writeLatest");

    WriteResult written = table.put(key, VALUE);

    assertThat(written.status()).isEqualTo(WriteStatus.OK);
    assertThat(table.get(key).orElseThrow().timestamp()).isEqualTo(written.timestamp());
  }

  @Test
  public void shouldNotUndoAnotherClientsWriteWhenItTriesAgain() throws Exception {
    byte[] key = keyOf(0);
    var lost = new AtomicInteger();
    instance
        .daemon(0)
        .faults(
            method -> {
              if (method.equals("writeLatest") && lost.getAndIncrement() == 0) {
                return new Fault.LoseAnswer();
              }
              return new Fault.None();
            });
    instance
        .daemon(1)
        .faults(
            method -> {
              if (method.equals("writeLatest")) {
                try {
                  // Somebody else's write, between the lost answer and the second attempt.
                  instance.writeDirectly(TABLE, key, bytes("theirs"), future());
                } catch (io.sedna.thrift.generated.SednaError e) {
                  throw new AssertionError(e);
                }
              }
              return new Fault.None();
            });

    WriteResult written = table.put(key, VALUE);

    assertThat(written.status()).isEqualTo(WriteStatus.OUTDATED);
    assertThat(table.get(key).orElseThrow().value()).isEqualTo(bytes("theirs"));
  }

  private static long future() {
    return io.sedna.common.time.HybridClock.ofMillis(System.currentTimeMillis() + 1000);
  }

  private void loseFirst(String lostMethod) {
    var lost = new AtomicInteger();
    instance
        .daemons()
        .forEach(
            d ->
                d.faults(
                    method ->
                        method.equals(lostMethod) && lost.getAndIncrement() == 0
                            ? new Fault.LoseAnswer()
                            : new Fault.None()));
  }

  @Test
  public void shouldNotRepeatAnIncrementThatMayHaveBeenDone() {
    table.describe();
    instance
        .daemons()
        .forEach(d -> d.faults(m -> m.equals("increment") ? new Fault.Close() : new Fault.None()));

    SednaException e = failure(() -> table.increment(bytes("k"), 1, WriteOptions.DEFAULT));

    assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(instance.daemons().stream().mapToLong(d -> d.called("increment")).sum())
        .isEqualTo(1);
  }

  @Test
  public void shouldPassOnThatAnOperationIsNotSupported() {
    SednaException e = failure(() -> table.touch(bytes("k"), Duration.ofSeconds(1)));

    assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
  }

  @Test
  public void shouldWaitForAPartitionMapThatIsNotThereYet() throws Exception {
    PartitionMap map = instance.map();
    instance.map(null);
    SednaClient early = connect(builder());
    SednaException none = failure(early::partitionMap);

    CompletableFuture<WriteResult> written = early.table(TABLE).putAsync(bytes("k"), VALUE);
    Await.until("it has asked", () -> instance.daemon(0).called("partitionMap") > 3);
    instance.map(map);

    assertThat(none.code()).isEqualTo(ErrorCode.LOADING);
    assertThat(written.get(20, TimeUnit.SECONDS).isOk()).isTrue();
  }

  @Test
  public void shouldNameTheDaemonsOfWhichNoneAnswers() {
    String nobody = instance.bootstrap();
    instance.close();

    SednaException e =
        failure(
            () -> SednaClient.builder().bootstrap(nobody).deadline(Duration.ofMillis(300)).build());

    assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(e.getMessage()).contains(nobody);
  }

  @Test
  public void shouldAskForAddressesWhereThereAreNone() {
    assertThat(failure(() -> SednaClient.builder().build()).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure(() -> SednaClient.builder().bootstrap("nonsense").build()).getMessage())
        .contains("'nonsense'");
  }

  @Test
  public void shouldFailFuturesWithTheErrorItself() {
    var future = client.table("shop.none").getAsync(bytes("k"));

    Throwable failure = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));

    assertThat(failure).isInstanceOf(ExecutionException.class);
    assertThat(failure.getCause()).isInstanceOf(SednaException.class);
  }

  @Test
  public void shouldRefuseToWaitOnItsOwnEventLoop() {
    table.put(bytes("k"), VALUE);
    CompletableFuture<Object> nested =
        instance.map().partitions() > 0
            ? slowRead().thenApply(value -> table.get(bytes("k")))
            : null;

    assertThatThrownBy(() -> nested.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  private CompletableFuture<?> slowRead() {
    instance.daemons().forEach(d -> d.faults(m -> new Fault.Delay(100)));
    return table.getAsync(bytes("k"));
  }

  @Test
  public void shouldCompleteFuturesOnTheCallersExecutor() throws Exception {
    var other =
        connect(
            builder()
                .callbackExecutor(
                    task -> {
                      var thread = new Thread(task, "my-callbacks");
                      thread.setDaemon(true);
                      thread.start();
                    }));
    instance.daemons().forEach(d -> d.faults(m -> new Fault.Delay(50)));

    String thread =
        other
            .table(TABLE)
            .getAsync(bytes("k"))
            .thenApply(value -> Thread.currentThread().getName())
            .get(20, TimeUnit.SECONDS);

    assertThat(thread).isEqualTo("my-callbacks");
  }

  @Test
  public void shouldMakeCallersWaitBeyondTheRequestsUnderWay() {
    var narrow = connect(builder().maxInflight(2)).table(TABLE);
    List<byte[]> keys = keys(500);

    List<CompletableFuture<WriteResult>> writes =
        keys.stream().map(key -> narrow.putAsync(key, VALUE)).toList();

    assertThat(writes).allSatisfy(w -> assertThat(w.get(20, TimeUnit.SECONDS).isOk()).isTrue());
    assertThat(instance.records(TABLE)).isEqualTo(500);
  }

  @Test
  public void shouldFailWhatIsUnderWayOrPausingWhenClosed() {
    table.describe();
    byte[] stuck = keyOf(0);
    byte[] refused = keyOf(1);
    instance.daemon(0).faults(m -> new Fault.Swallow());
    instance
        .daemon(1)
        .faults(m -> FakeDaemon.failing(new SednaException(ErrorCode.LOADING, "loading")));
    var first = table.putAsync(stuck, VALUE);
    var second = table.putAsync(refused, VALUE);
    Await.until(
        "both have arrived",
        () ->
            instance.daemon(0).called("writeLatest") > 0
                && instance.daemon(1).called("writeLatest") > 1);

    client.close();

    for (var future : Arrays.asList(first, second, table.putAsync(stuck, VALUE))) {
      Throwable failure = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
      assertThat(((SednaException) failure.getCause()).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    }
  }

  @Test
  public void shouldCreateAndListTables() {
    var created = client.admin().createTable("shop.orders");

    assertThat(created.schema().replicas()).isEqualTo(3);
    assertThat(client.admin().listTables(""))
        .extracting(t -> t.name().toString())
        .contains("shop.orders", TABLE);
    assertThat(failure(() -> client.admin().createTable("shop.orders")).code())
        .isEqualTo(ErrorCode.TABLE_EXISTS);
  }
}
