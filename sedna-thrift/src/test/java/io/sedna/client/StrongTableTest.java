// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.client.testing.FakeDaemon;
import io.sedna.client.testing.FakeDaemon.Fault;
import io.sedna.client.testing.FakeInstance.Call;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.thrift.generated.RequestId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Test;

/** Calls of strong tables, and those that only primaries decide. */
public class StrongTableTest extends ClientTestBase {
  private static final String STRONG = "shop.stock";
  private static final byte[] VALUE = bytes("value");

  private SednaTable stock;

  @Before
  public void createStrong() {
    instance.createStrongTable(STRONG);
    stock = client.table(STRONG);
  }

  /** A key whose primary is this daemon. */
  private byte[] strongKeyOf(int daemon) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> bytes("k" + i))
        .filter(key -> instance.primaryOf(STRONG, key) == daemon)
        .findFirst()
        .orElseThrow();
  }

  private List<RequestId> requests() {
    return writeOptions().map(io.sedna.thrift.generated.WriteOptions::getRequestId).toList();
  }

  private Stream<io.sedna.thrift.generated.WriteOptions> writeOptions() {
    return instance.options().stream()
        .map(options -> (io.sedna.thrift.generated.WriteOptions) options);
  }

  private static Fault only(String method, String called, Fault fault) {
    return called.equals(method) ? fault : new Fault.None();
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
  public void shouldDoTheConditionalCalls() {
    byte[] key = bytes("k");

    WriteResult absent = stock.compareAndSet(key, 7, VALUE);
    WriteResult first = stock.putIfAbsent(key, bytes("1"));
    WriteResult second = stock.putIfAbsent(key, bytes("2"));
    WriteResult mismatch = stock.compareAndSet(key, first.timestamp() + 1, VALUE);
    WriteResult set = stock.compareAndSet(key, first.timestamp(), bytes("5"));
    long sum = stock.increment(key, 37);
    WriteResult appended = stock.append(key, bytes("0"));
    VersionedValue read = stock.get(key).orElseThrow();
    WriteResult kept = stock.compareAndDelete(key, first.timestamp());
    WriteResult deleted = stock.compareAndDelete(key, read.timestamp());

    assertThat(absent.status()).isEqualTo(WriteStatus.NOT_FOUND);
    assertThat(first.isOk()).isTrue();
    assertThat(second).isEqualTo(new WriteResult(WriteStatus.MISMATCH, first.timestamp()));
    assertThat(mismatch.status()).isEqualTo(WriteStatus.MISMATCH);
    assertThat(set.isOk()).isTrue();
    assertThat(sum).isEqualTo(42);
    assertThat(appended.isOk()).isTrue();
    assertThat(read.value()).isEqualTo(bytes("420"));
    assertThat(kept.status()).isEqualTo(WriteStatus.MISMATCH);
    assertThat(deleted.isOk()).isTrue();
    assertThat(stock.get(key)).isEmpty();
  }

  @Test
  public void shouldLetThePrimaryStampWritesAndNumberThemItself() {
    long before = System.currentTimeMillis();

    stock.put(bytes("a"), VALUE);
    stock.delete(bytes("a"));
    stock.increment(bytes("b"), 1);

    assertThat(writeOptions()).noneMatch(io.sedna.thrift.generated.WriteOptions::isSetTimestamp);
    assertThat(requests())
        .extracting(RequestId::getClient)
        .hasSize(3)
        .containsOnly(requests().get(0).getClient());
    assertThat(requests()).extracting(RequestId::getSequence).doesNotHaveDuplicates();
    assertThat(requests())
        .allMatch(id -> Math.abs(id.getIssuedAtMs() - before) < TimeUnit.MINUTES.toMillis(1));
  }

  @Test
  public void shouldGiveEachClientANumberOfItsOwn() {
    stock.put(bytes("a"), VALUE);
    connect(builder()).table(STRONG).put(bytes("a"), VALUE);

    assertThat(requests()).extracting(RequestId::getClient).doesNotHaveDuplicates();
  }

  @Test
  public void shouldNotNumberPlainWritesOfEventualTables() {
    table.put(bytes("a"), VALUE);
    table.multiPut(entries(10));

    assertThat(writeOptions()).noneMatch(io.sedna.thrift.generated.WriteOptions::isSetRequestId);
  }

  @Test
  public void shouldDoOnceWhatItTriedTwice() {
    byte[] key = bytes("counter");
    stock.increment(key, 1);
    loseFirst("increment");

    long sum = stock.increment(key, 1);

    assertThat(sum).isEqualTo(2);
    assertThat(stock.get(key).orElseThrow().value()).isEqualTo(bytes("2"));
    assertThat(requests().get(1)).isEqualTo(requests().get(2));
  }

  @Test
  public void shouldAnswerAsTheFirstAttemptWasWhereItsAnswerWasLost() {
    byte[] key = bytes("k");
    loseFirst("putIfAbsent");

    WriteResult stored = stock.putIfAbsent(key, VALUE);

    assertThat(stored.isOk()).isTrue();
    assertThat(stored.timestamp()).isEqualTo(stock.get(key).orElseThrow().timestamp());
  }

  @Test
  public void shouldPutOnceThoughTheAnswerToTheSharedFrameWasLost() throws Exception {
    loseFirst("multiPut");
    List<CompletableFuture<WriteResult>> puts =
        keys(200).stream().map(key -> stock.putAsync(key, VALUE)).toList();

    for (var put : puts) {
      assertThat(put.get(20, TimeUnit.SECONDS).isOk()).isTrue();
    }

    assertThat(instance.outcomes()).isEqualTo(200);
  }

  @Test
  public void shouldAskThePrimaryAloneUntilAMapNamesAnother() throws Exception {
    byte[] key = strongKeyOf(1);
    stock.put(key, VALUE);
    instance.daemon(1).close();

    CompletableFuture<WriteResult> write = stock.putAsync(key, bytes("after"));
    CompletableFuture<Long> sum = stock.incrementAsync(strongKeyOf(1), 0, WriteOptions.DEFAULT);
    var read = stock.getAsync(key);
    int asked = instance.calls().size();
    instance.map(withoutReplicasOf(1, 2));

    assertThat(write.get(20, TimeUnit.SECONDS).isOk()).isTrue();
    assertThat(read.get(20, TimeUnit.SECONDS)).isPresent();
    assertThat(sum).failsWithin(20, TimeUnit.SECONDS);
    assertThat(instance.calls().stream().skip(asked))
        .allMatch(call -> instance.map().epoch() == 2 && call.daemon() == 2);
  }

  private PartitionMap withoutReplicasOf(int gone, long epoch) {
    PartitionMap old = instance.map();
    var builder = PartitionMap.builder(epoch, old.partitions(), 2, instance.nodes());
    for (int p = 0; p < old.partitions(); p++) {
      for (int i = 0; i < old.replicaCount(p); i++) {
        if (old.replicaNodeIndex(p, i) != gone) {
          builder.add(p, old.replicaNodeIndex(p, i), ReplicaState.SERVING);
        }
      }
    }
    return builder.build();
  }

  @Test
  public void shouldSendBatchesAndScansToPrimaries() {
    stock.multiPut(entries(300));
    stock.multiGet(keys(300));
    stock.scanAll(ScanSpec.all()).forEach(record -> {});

    assertThat(instance.calls()).extracting(Call::daemon).contains(0, 1, 2);
    assertThat(instance.records(STRONG)).isEqualTo(300);
  }

  @Test
  public void shouldPutEachEntryOfABatchOnceThoughPartsOfItFail() {
    var refusals = new AtomicInteger();
    instance.keyErrors(
        (key, keys) ->
            key[key.length - 1] == '7' && refusals.getAndIncrement() < 20
                ? new SednaException(ErrorCode.LOADING, "loading")
                : null);
    loseFirst("multiPut");

    List<WriteResult> written = stock.multiPut(entries(1000));

    assertThat(written).allMatch(WriteResult::isOk);
    assertThat(instance.outcomes()).isEqualTo(1000);
    assertThat(instance.records(STRONG)).isEqualTo(1000);
  }

  @Test
  public void shouldDeleteABatchByNumber() {
    stock.multiPut(entries(100));

    List<WriteResult> deleted = stock.multiDelete(keys(100));

    assertThat(deleted).allMatch(WriteResult::isOk);
    assertThat(instance.outcomes()).isEqualTo(200);
    assertThat(instance.records(STRONG)).isZero();
  }

  @Test
  public void shouldLetTheLaterOfTwoEntriesWin() {
    List<WriteResult> written =
        stock.multiPut(
            List.of(
                new PutEntry(bytes("k"), bytes("first")),
                new PutEntry(bytes("other"), bytes("other")),
                new PutEntry(bytes("k"), bytes("second"))));

    assertThat(written).hasSize(3).allMatch(WriteResult::isOk);
    assertThat(stock.get(bytes("k")).orElseThrow().value()).isEqualTo(bytes("second"));
    assertThat(stock.get(bytes("other")).orElseThrow().value()).isEqualTo(bytes("other"));
  }

  @Test
  public void shouldSayAtTheDeadlineThatTheOutcomeIsUnknown() {
    var hasty = hasty();
    instance.daemons().forEach(d -> d.faults(m -> only("writeLatest", m, new Fault.LoseAnswer())));

    SednaException e = failure(() -> hasty.put(bytes("k"), VALUE));

    assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(e.getMessage()).contains("outcome unknown", "sedna.client.deadline.ms=300");
  }

  private SednaTable hasty() {
    SednaTable hasty =
        connect(builder().deadline(Duration.ofMillis(300)).requestTimeout(Duration.ofMillis(100)))
            .table(STRONG);
    hasty.describe();
    return hasty;
  }

  @Test
  public void shouldSayThatTheOutcomeIsUnknownAlsoAfterLaterRefusals() {
    var hasty = hasty();
    var calls = new AtomicInteger();
    var expired = new SednaException(ErrorCode.INVALID_ARGUMENT, "too old");
    instance
        .daemons()
        .forEach(
            d ->
                d.faults(
                    m ->
                        only(
                            "increment",
                            m,
                            calls.getAndIncrement() == 0
                                ? new Fault.LoseAnswer()
                                : FakeDaemon.failing(expired))));

    SednaException e = failure(() -> hasty.increment(bytes("k"), 1));

    assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(e.getMessage()).contains("outcome unknown", "too old");
  }

  @Test
  public void shouldPassOnWhatKeptItFromBeingDoneWhereNoAnswerWasLost() {
    var hasty = hasty();
    var few = new SednaException(ErrorCode.NOT_ENOUGH_REPLICAS, "in sync=1, minInSync=2");
    instance.daemons().forEach(d -> d.faults(m -> FakeDaemon.failing(few)));

    SednaException e = failure(() -> hasty.put(bytes("k"), VALUE));

    assertThat(e.code()).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
  }

  @Test
  public void shouldNotTrustADaemonThatIsNoPrimaryToHaveDoneNothing() {
    var hasty = hasty();
    var former = new SednaException(ErrorCode.NOT_PRIMARY, "lost its lease meanwhile");
    instance.daemons().forEach(d -> d.faults(m -> FakeDaemon.failing(former)));

    SednaException e = failure(() -> hasty.put(bytes("k"), VALUE));

    assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(e.getMessage()).contains("outcome unknown", "lost its lease");
  }

  @Test
  public void shouldSayOfEachEntryWhetherItsOutcomeIsUnknown() {
    var hasty = hasty();
    instance.daemon(0).faults(m -> only("multiPut", m, new Fault.Swallow()));

    List<WriteResult> written = hasty.multiPut(entries(200));

    for (int i = 0; i < written.size(); i++) {
      boolean unknown = instance.primaryOf(STRONG, entries(200).get(i).key()) == 0;
      assertThat(written.get(i).error().map(SednaException::getMessage).orElse("done"))
          .startsWith(unknown ? "outcome unknown" : "done");
    }
  }

  @Test
  public void shouldDecideConditionalCallsOfEventualTablesAtThePrimaryToo() {
    byte[] key = keyOf(2);
    table.put(key, bytes("1"));
    instance.daemon(2).faults(m -> FakeDaemon.failing(new SednaException(ErrorCode.LOADING, "")));
    CompletableFuture<Long> sum = table.incrementAsync(key, 1, WriteOptions.DEFAULT);
    instance.daemon(2).healthy();

    assertThat(sum).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(2L);
    assertThat(instance.calls())
        .filteredOn(call -> call.method().equals("increment"))
        .extracting(Call::daemon)
        .containsOnly(2);
  }
}
