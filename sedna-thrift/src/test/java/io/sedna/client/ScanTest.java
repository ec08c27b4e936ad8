// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Comparators;
import io.sedna.client.testing.FakeDaemon;
import io.sedna.client.testing.FakeDaemon.Fault;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Test;

public class ScanTest extends ClientTestBase {
  private List<Record> scan(ScanSpec spec) {
    var records = new ArrayList<Record>();
    table.scanAll(spec).forEach(records::add);
    return records;
  }

  private static List<String> keysOf(List<Record> records) {
    return records.stream()
        .map(r -> new String(r.key(), java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }

  private static List<String> expectedKeys(int count) {
    return keys(count).stream()
        .map(k -> new String(k, java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  public void shouldSeeEveryRecordOnceInTheOrderOfHashes() {
    table.multiPut(entries(2000));

    for (int prefetch : new int[] {1, 2, 7, 100}) {
      List<Record> records = scan(ScanSpec.builder().maxRecords(13).prefetch(prefetch).build());

      assertThat(keysOf(records)).containsExactlyInAnyOrderElementsOf(expectedKeys(2000));
      assertThat(
              Comparators.isInOrder(
                  records.stream().map(Record::hash).toList(), Long::compareUnsigned))
          .isTrue();
    }
  }

  @Test
  public void shouldScanAnEmptyTable() {
    assertThat(scan(ScanSpec.all())).isEmpty();
    assertThat(table.scan(ScanSpec.all()).done()).isTrue();
  }

  @Test
  public void shouldKeepToARangeOfHashes() {
    table.multiPut(entries(500));
    List<Record> all = scan(ScanSpec.all());
    long start = all.get(100).hash();
    long end = all.get(350).hash();

    List<Record> part =
        scan(ScanSpec.builder().startHash(start).endHash(end).maxRecords(10).build());

    assertThat(keysOf(part)).isEqualTo(keysOf(all.subList(100, 351)));
  }

  @Test
  public void shouldGoOnWhereABatchEnded() {
    table.multiPut(entries(100));
    var records = new ArrayList<Record>();
    ScanSpec spec = ScanSpec.builder().maxRecords(30).build();

    ScanBatch batch = table.scan(spec);
    records.addAll(batch.records());
    while (!batch.done()) {
      batch = table.scan(spec.from(batch.nextHash()));
      records.addAll(batch.records());
    }

    assertThat(keysOf(records)).containsExactlyInAnyOrderElementsOf(expectedKeys(100));
  }

  @Test
  public void shouldGoOnAtAnotherReplicaWhenADaemonDies() {
    table.multiPut(entries(2000));
    Iterator<Record> records =
        table.scanAll(ScanSpec.builder().maxRecords(20).prefetch(2).build()).iterator();
    var seen = new ArrayList<Record>();
    for (int i = 0; i < 300; i++) {
      seen.add(records.next());
    }

    instance.daemon(1).close();
    records.forEachRemaining(seen::add);

    assertThat(keysOf(seen)).containsExactlyInAnyOrderElementsOf(expectedKeys(2000));
  }

  @Test
  public void shouldOutliveErrorsThatPass() {
    table.multiPut(entries(500));
    var turn = new AtomicInteger();
    instance
        .daemons()
        .forEach(
            d ->
                d.faults(
                    method ->
                        switch (method.equals("scan") ? turn.incrementAndGet() % 5 : 0) {
                          case 1 -> new Fault.Close();
                          case 2 ->
                              FakeDaemon.failing(
                                  new SednaException(ErrorCode.NOT_ENOUGH_REPLICAS, "R=2"));
                          default -> new Fault.None();
                        }));

    List<Record> records = scan(ScanSpec.builder().maxRecords(50).build());

    assertThat(keysOf(records)).containsExactlyInAnyOrderElementsOf(expectedKeys(500));
  }

  @Test
  public void shouldThrowWhatCannotBeCuredAndThenBeAtItsEnd() {
    Iterator<Record> records = client.table("shop.none").scanAll(ScanSpec.all()).iterator();

    assertThat(failure(records::hasNext).code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
    assertThat(records.hasNext()).isFalse();
  }

  @Test
  public void shouldNotFetchFurtherAheadThanAsked() {
    table.multiPut(entries(2000));
    instance.calls().clear();

    Iterator<Record> records =
        table.scanAll(ScanSpec.builder().maxRecords(10).prefetch(3).build()).iterator();
    records.next();

    assertThat(instance.calls()).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  public void shouldRefuseAnImpossibleSpec() {
    assertThat(failure(() -> ScanSpec.builder().startHash(5).endHash(4).build()).getMessage())
        .contains("startHash=5", "endHash=4");
    assertThat(failure(() -> ScanSpec.builder().maxRecords(0).build()).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure(() -> ScanSpec.builder().maxBytes(9 << 20).build()).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }
}
