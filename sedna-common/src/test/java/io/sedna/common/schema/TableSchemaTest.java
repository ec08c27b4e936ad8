// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.Test;

public class TableSchemaTest {
  private static final TableName NAME = TableName.parse("web.pages");

  @Test
  public void shouldParseNames() {
    var name = TableName.parse("_data-Set1.Table_2-");

    assertThat(name.dataset()).isEqualTo("_data-Set1");
    assertThat(name.table()).isEqualTo("Table_2-");
    assertThat(name)
        .hasToString("_data-Set1.Table_2-")
        .isEqualTo(new TableName("_data-Set1", "Table_2-"));
    assertThat(TableName.parse("a".repeat(64) + "." + "b".repeat(64)).table()).hasSize(64);
  }

  @Test
  public void shouldRefuseIllegalNames() {
    for (String name :
        List.of(
            "",
            "a",
            "a.",
            ".b",
            "a.b.c",
            "1a.b",
            "a.-b",
            "a b.c",
            "ä.b",
            "a.b\n",
            "a/b.c",
            "a".repeat(65) + ".b",
            "a." + "b".repeat(65))) {
      fails(ErrorCode.INVALID_NAME, () -> TableName.parse(name), "'" + name + "'");
    }
  }

  @Test
  public void shouldRefusePartsThatHoldTheSeparator() {
    fails(ErrorCode.INVALID_NAME, () -> new TableName("a.b", "c"), "'a.b.c'");
    fails(ErrorCode.INVALID_NAME, () -> new TableName("a", ""), "'a.'");
  }

  @Test
  public void shouldDefaultToMajorityQuorums() {
    assertThat(List.of(1, 2, 3, 4, 5, 6, 7))
        .extracting(n -> TableSchema.of(NAME, n).writeQuorum())
        .containsExactly(1, 2, 2, 3, 3, 4, 4);
    for (int n = 1; n <= TableSchema.MAX_REPLICAS; n++) {
      TableSchema schema = TableSchema.of(NAME, n);
      assertThat(schema.readQuorum() + schema.writeQuorum()).isGreaterThan(n);
      assertThat(schema.consistency()).isEqualTo(ConsistencyMode.EVENTUAL);
      assertThat(schema.memory()).isEqualTo(MemoryMode.STORE);
      assertThat(schema.persistence()).isEqualTo(PersistenceMode.SNAPSHOT);
    }
  }

  @Test
  public void shouldTakeEveryPossibleQuorumAndRefuseEveryOther() {
    for (int n = -1; n <= 9; n++) {
      for (int r = -1; r <= 9; r++) {
        for (int w = -1; w <= 9; w++) {
          boolean possible = n >= 1 && n <= 7 && r >= 1 && r <= n && w >= 1 && w <= n;
          int replicas = n;
          int readQuorum = r;
          int writeQuorum = w;
          ThrowingCallable make = () -> schema(replicas, readQuorum, writeQuorum, 0, 0);
          if (possible) {
            assertThat(schema(n, r, w, 0, 0).readQuorum()).isEqualTo(r);
          } else {
            fails(ErrorCode.INVALID_QUORUM, make, "impossible quorum: ");
          }
        }
      }
    }
  }

  @Test
  public void shouldNameTheQuorumsThatAreImpossible() {
    fails(ErrorCode.INVALID_QUORUM, () -> schema(3, 2, 4, 0, 0), "W=4 is not 1 to N=3");
    fails(ErrorCode.INVALID_QUORUM, () -> schema(3, 0, 2, 0, 0), "R=0 is not 1 to N=3");
    fails(ErrorCode.INVALID_QUORUM, () -> schema(8, 2, 2, 0, 0), "N=8 is not 1 to 7");
  }

  @Test
  public void shouldRefuseNegativeTimes() {
    fails(ErrorCode.INVALID_ARGUMENT, () -> schema(3, 2, 2, -1, 0), "ttlMs=-1");
    fails(ErrorCode.INVALID_ARGUMENT, () -> schema(3, 2, 2, 0, -2), "snapshotIntervalMs=-2");
  }

  @Test
  public void shouldTakeAQuotaThatIsPossibleAndRefuseOthersWithTheirValues() {
    for (long possible : new long[] {0, 1 << 20, 5_000_000_000L, 1L << 50}) {
      assertThat(quota(possible).maxBytes()).isEqualTo(possible);
    }
    for (long impossible : new long[] {-1, Long.MIN_VALUE, 1, (1 << 20) - 1, (1L << 50) + 1}) {
      fails(
          ErrorCode.INVALID_ARGUMENT,
          () -> quota(impossible),
          "maxBytes=" + impossible + " is neither 0 nor 1048576 to 1125899906842624");
    }
  }

  private static TableSchema quota(long maxBytes) {
    return new TableSchema(
        NAME,
        1,
        1,
        1,
        ConsistencyMode.EVENTUAL,
        MemoryMode.CACHE,
        0,
        PersistenceMode.NONE,
        0,
        maxBytes);
  }

  private static TableSchema schema(int n, int r, int w, long ttlMs, long snapshotIntervalMs) {
    return new TableSchema(
        NAME,
        n,
        r,
        w,
        ConsistencyMode.EVENTUAL,
        MemoryMode.STORE,
        ttlMs,
        PersistenceMode.SNAPSHOT,
        snapshotIntervalMs,
        0);
  }

  private static void fails(ErrorCode code, ThrowingCallable call, String message) {
    SednaException e = catchThrowableOfType(SednaException.class, call);
    assertThat(e).as(message).isNotNull();
    assertThat(e.code()).isEqualTo(code);
    assertThat(e).hasMessageContaining(message);
  }
}
