// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.client.testing.FakeDaemon;
import io.sedna.client.testing.FakeDaemon.Fault;
import io.sedna.client.testing.FakeInstance.Call;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Test;

public class BatchTest extends ClientTestBase {
  private List<Call> calls(String method) {
    return instance.calls().stream().filter(c -> c.method().equals(method)).toList();
  }

  @Test
  public void shouldAnswerInTheOrderOfTheKeys() {
    table.multiPut(entries(1000));
    var keys = new ArrayList<>(keys(1000));
    keys.add(500, bytes("missing"));

    List<ReadResult> read = table.multiGet(keys);

    assertThat(read).hasSize(1001);
    assertThat(read.get(500).orThrow()).isEmpty();
    for (int i = 0; i < 1000; i++) {
      assertThat(read.get(i < 500 ? i : i + 1).orThrow().orElseThrow().value())
          .isEqualTo(bytes("value" + i));
    }
  }

  @Test
  public void shouldSendOnePartToEachPrimary() {
    table.multiPut(entries(300));

    assertThat(calls("multiPut")).extracting(Call::daemon).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(calls("multiPut").stream().mapToInt(Call::keys).sum()).isEqualTo(300);
  }

  @Test
  public void shouldCutPartsByBytesAndByEntries() {
    var small = connect(builder().batchMaxBytes(1000)).table(TABLE);
    small.multiPut(entries(300));
    var big = entries(3 * Limits.MAX_BATCH_ENTRIES + 5000);

    table.multiPut(big);

    assertThat(calls("multiPut"))
        .allSatisfy(c -> assertThat(c.keys()).isLessThanOrEqualTo(Limits.MAX_BATCH_ENTRIES));
    assertThat(calls("multiPut").get(0).keys()).isLessThan(30);
    assertThat(instance.records(TABLE)).isEqualTo(big.size());
  }

  @Test
  public void shouldDoNothingWithAnEmptyBatch() {
    assertThat(table.multiPut(List.of())).isEmpty();
    assertThat(table.multiGet(List.of())).isEmpty();
    assertThat(calls("multiPut")).isEmpty();
  }

  @Test
  public void shouldDeleteInOneCall() {
    table.multiPut(entries(100));

    List<WriteResult> deleted = table.multiDelete(keys(50));

    assertThat(deleted).hasSize(50).allMatch(WriteResult::isOk);
    assertThat(instance.records(TABLE)).isEqualTo(50);
  }

  @Test
  public void shouldTryOnlyTheFailedPartAgain() {
    var failed = new AtomicInteger();
    table.describe();
    instance
        .daemon(1)
        .faults(
            method ->
                method.equals("multiPut") && failed.getAndIncrement() == 0
                    ? FakeDaemon.failing(new SednaException(ErrorCode.LOADING, "loading"))
                    : new Fault.None());

    List<WriteResult> written = table.multiPut(entries(300));

    assertThat(written).allMatch(WriteResult::isOk);
    assertThat(calls("multiPut")).hasSize(3);
    assertThat(instance.daemon(1).called("multiPut")).isEqualTo(2);
  }

  @Test
  public void shouldSendADeadDaemonsPartToTheNextReplicas() {
    instance.daemon(1).close();

    List<WriteResult> written = table.multiPut(entries(300));

    assertThat(written).allMatch(WriteResult::isOk);
    assertThat(instance.records(TABLE)).isEqualTo(300);
  }

  @Test
  public void shouldBeOkThoughAnAnswerWasLost() {
    var lost = new AtomicInteger();
    table.describe();
    instance
        .daemon(2)
        .faults(
            method ->
                method.equals("multiPut") && lost.getAndIncrement() == 0
                    ? new Fault.LoseAnswer()
                    : new Fault.None());

    List<WriteResult> written = table.multiPut(entries(300));

    assertThat(written).allMatch(WriteResult::isOk);
    assertThat(instance.records(TABLE)).isEqualTo(300);
  }

  @Test
  public void shouldFailOnlyTheEntriesThatFailToTheEnd() {
    var hasty = connect(builder().deadline(Duration.ofMillis(300))).table(TABLE);
    hasty.describe();
    instance
        .daemon(1)
        .faults(method -> FakeDaemon.failing(new SednaException(ErrorCode.LOADING, "loading p7")));

    List<WriteResult> written = hasty.multiPut(entries(300));

    for (int i = 0; i < 300; i++) {
      boolean reachable = instance.primaryOf(TABLE, bytes("key" + i)) != 1;
      assertThat(written.get(i).isOk()).isEqualTo(reachable);
      if (!reachable) {
        assertThat(written.get(i).status()).isEqualTo(WriteStatus.FAILED);
        SednaException e = written.get(i).error().orElseThrow();
        assertThat(e.code()).isEqualTo(ErrorCode.LOADING);
        assertThat(e.getMessage()).contains("loading p7", "given up");
      }
    }
  }

  @Test
  public void shouldHalveAPartWhoseAnswerWouldBeTooLarge() {
    table.multiPut(entries(100));
    instance
        .daemons()
        .forEach(
            d ->
                d.faults(
                    method ->
                        method.equals("multiGet")
                                && calls("multiGet").size() < 4
                                && instance.daemons().stream()
                                        .mapToLong(any -> any.called("multiGet"))
                                        .sum()
                                    <= 6
                            ? FakeDaemon.failing(
                                new SednaException(ErrorCode.FRAME_TOO_LARGE, "answer too large"))
                            : new Fault.None()));

    List<ReadResult> read = table.multiGet(keys(100));

    assertThat(read).allMatch(r -> r.orThrow().isPresent());
    assertThat(calls("multiGet")).hasSizeGreaterThan(3);
  }

  @Test
  public void shouldAskAgainForWhatAFullAnswerHadNoRoomFor() {
    table.multiPut(entries(100));
    instance.keyErrors(
        (key, keys) ->
            keys > 3 && key[key.length - 1] >= '5'
                ? new SednaException(ErrorCode.FRAME_TOO_LARGE, "answer is full after 50 of 100")
                : null);

    List<ReadResult> read = table.multiGet(keys(100));

    assertThat(read).allMatch(r -> r.orThrow().isPresent());
  }

  @Test
  public void shouldFollowAMapThatChangedInBetween() {
    table.multiPut(entries(10));
    instance.spread(9, 64, 3);

    List<WriteResult> written = table.multiPut(entries(1000));

    assertThat(written).allMatch(WriteResult::isOk);
    assertThat(client.partitionMap().epoch()).isEqualTo(9);
  }

  @Test
  public void shouldLetTheLaterOfTwoEntriesWin() {
    var twice =
        List.of(
            new PutEntry(bytes("k"), bytes("first")), new PutEntry(bytes("k"), bytes("second")));

    table.multiPut(twice);

    assertThat(table.get(bytes("k")).orElseThrow().value()).isEqualTo(bytes("second"));
  }

  @Test
  public void shouldRefuseTheWholeBatchOverABadEntry() {
    var bad = new ArrayList<>(entries(3));
    bad.add(new PutEntry(new byte[0], new byte[0]));

    SednaException e = failure(() -> table.multiPut(bad));

    assertThat(e.code()).isEqualTo(ErrorCode.KEY_EMPTY);
    assertThat(instance.records(TABLE)).isZero();
  }

  @Test
  public void shouldFailAsAWholeWhereTheTableDoesNotExist() {
    SednaException e = failure(() -> client.table("shop.none").multiPut(entries(10)));

    assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
  }
}
