// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCode;
import io.sedna.thrift.generated.ConsistencyLevel;
import io.sedna.thrift.generated.ReadOptions;
import org.junit.Test;

/** How many copies a call is about. */
public class ConsistencyTest extends ClientTestBase {
  private static final byte[] KEY = bytes("k");
  private static final byte[] VALUE = bytes("value");

  private static ReadOptions level(ConsistencyLevel level) {
    return new ReadOptions().setConsistency(level.getValue());
  }

  @Test
  public void shouldCarryTheConsistencyOfReads() {
    table.put(KEY, VALUE);
    instance.options().clear();

    var one = table.get(KEY, Consistency.ONE);
    var quorum = table.multiGet(keys(100), Consistency.QUORUM);
    var all = table.getAll(KEY, Consistency.ALL);

    assertThat(one).isPresent();
    assertThat(quorum).hasSize(100);
    assertThat(all).hasSize(1);
    assertThat(instance.options().stream().distinct().toList())
        .isEqualTo(
            java.util.List.of(
                level(ConsistencyLevel.ONE),
                level(ConsistencyLevel.QUORUM),
                level(ConsistencyLevel.ALL)));
  }

  @Test
  public void shouldCarryTheConsistencyOfWrites() {
    WriteOptions options = WriteOptions.DEFAULT.withConsistency(Consistency.copies(2));

    table.put(KEY, VALUE, options);
    table.putAll(KEY, VALUE, options);
    table.delete(KEY, options);
    table.multiPut(entries(10), options);
    table.multiDelete(keys(10), options);

    assertThat(instance.options())
        .allMatch(sent -> ((io.sedna.thrift.generated.WriteOptions) sent).getCopies() == 2);
    assertThat(instance.records(TABLE)).isZero();
  }

  @Test
  public void shouldCarryTheConsistencyOfScans() {
    table.multiPut(entries(100));

    var records = table.scanAll(ScanSpec.builder().consistency(Consistency.ALL).build());

    assertThat(records).hasSize(100);
  }

  @Test
  public void shouldSayNothingWhereTheTableDecides() {
    table.put(KEY, VALUE);
    table.get(KEY, Consistency.TABLE);

    assertThat(instance.calls()).extracting("method").containsExactly("writeLatest", "readLatest");
  }

  @Test
  public void shouldReadWhatUsersType() {
    assertThat(Consistency.parse("one")).isEqualTo(Consistency.ONE);
    assertThat(Consistency.parse("Quorum")).isEqualTo(Consistency.QUORUM);
    assertThat(Consistency.parse("ALL")).isEqualTo(Consistency.ALL);
    assertThat(Consistency.parse("table")).isEqualTo(Consistency.TABLE);
    assertThat(Consistency.parse("2")).isEqualTo(Consistency.copies(2)).hasToString("2");
    assertThat(Consistency.QUORUM).hasToString("QUORUM");
  }

  @Test
  public void shouldRefuseWhatIsNoConsistency() {
    assertThat(failure(() -> Consistency.parse("most")).getMessage()).contains("'most'");
    assertThat(failure(() -> Consistency.copies(0)).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }
}
