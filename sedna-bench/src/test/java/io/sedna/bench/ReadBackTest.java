// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.client.PutEntry;
import io.sedna.client.Record;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.Test;

public class ReadBackTest {
  private final BulkRecords records = new BulkRecords(21);
  private final ReadBack check = new ReadBack(records, 10);

  private Record record(long number) {
    PutEntry entry = records.entry(number);
    return new Record(entry.key(), entry.value(), 1, 0, 0, 0);
  }

  @Test
  public void shouldMakeKeysAndValuesOfTheRightSizeThatDiffer() {
    assertThat(records.key(1)).hasSize(16).isNotEqualTo(records.key(2));
    assertThat(records.value(1)).hasSize(21).isNotEqualTo(records.value(2));
    assertThat(records.value(1)).isEqualTo(records.value(1));
    assertThat(new BulkRecords(0).value(5)).isEmpty();
    assertThat(records.numberOf(records.key(123))).isEqualTo(123);
    assertThat(records.numberOf(new byte[16])).isEqualTo(0);
    assertThat(records.numberOf(new byte[15])).isEqualTo(-1);
  }

  @Test
  public void shouldBeContentWithEveryRecordOnce() {
    for (int i = 9; i >= 0; i--) {
      check.check(record(i));
    }

    check.finish();
    assertThat(check.checked()).isEqualTo(10);
  }

  @Test
  public void shouldNameTheRecordThatIsMissing() {
    for (int i = 0; i < 10; i++) {
      if (i != 4) {
        check.check(record(i));
      }
    }

    assertThatThrownBy(check::finish).hasMessageContaining("9 of 10").hasMessageContaining("4");
  }

  @Test
  public void shouldNotAcceptWhatWasNeverWritten() {
    check.check(record(3));
    byte[] value = records.value(5);
    value[20]++;

    assertThatThrownBy(() -> check.check(record(3))).hasMessageContaining("record 3 twice");
    assertThatThrownBy(() -> check.check(record(10))).hasMessageContaining("never written");
    assertThatThrownBy(() -> check.check(new Record(records.key(5), value, 1, 0, 0, 0)))
        .hasMessageContaining("record 5");
    assertThatThrownBy(() -> check.check(new Record(new byte[3], value, 1, 0, 0, 0)))
        .hasMessageContaining("[0, 0, 0]");
  }

  @Test
  public void shouldReportRates() {
    var text = new StringWriter();
    var json = new StringWriter();
    var report = new BulkReport(1_000_000, 100, 3, 3, 5000, 4_000_000_000L, 2_000_000_000L);

    report.print(new PrintWriter(text));
    report.printJson(new PrintWriter(json));

    assertThat(text.toString()).contains("250,000 records/s", "500,000 records/s", "3 copies");
    assertThat(json.toString())
        .contains("\"writtenPerSecond\":250000", "\"scannedPerSecond\":500000");
  }
}
