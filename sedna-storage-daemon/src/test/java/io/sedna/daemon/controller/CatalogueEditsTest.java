// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import static io.sedna.common.schema.ConsistencyMode.EVENTUAL;
import static io.sedna.common.schema.ConsistencyMode.STRONG;
import static io.sedna.common.schema.PersistenceMode.LOG;
import static io.sedna.common.schema.PersistenceMode.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.conflict.LineUnion;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.daemon.cluster.TableCatalogue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.Test;

public class CatalogueEditsTest {
  private static final TableSchema SCHEMA = TableSchema.of(TableName.parse("d.t"), 3);
  private final TableCatalogue one = CatalogueEdits.create(TableCatalogue.EMPTY, SCHEMA, 5);

  private static void assertFails(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(SednaException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  public void shouldCreateATableOnce() {
    assertThat(one.version()).isEqualTo(1);
    assertThat(one.tables()).containsExactly(new Table(1, SCHEMA, false, 5));
    assertFails(ErrorCode.TABLE_EXISTS, () -> CatalogueEdits.create(one, SCHEMA, 6));
  }

  @Test
  public void shouldRefuseTablesThatPromiseWhatNoDaemonDoes() {
    TableName name = TableName.parse("d.u");
    UnaryOperator<TableSchema> logged = s -> schema(s.name(), s.consistency(), LOG);

    assertFails(
        ErrorCode.NOT_SUPPORTED, () -> CatalogueEdits.create(one, schema(name, EVENTUAL, LOG), 6));
    assertFails(ErrorCode.NOT_SUPPORTED, () -> CatalogueEdits.alter(one, "d.t", logged));
  }

  @Test
  public void shouldRefuseTablesWhoseMergeClassIsNotThere() {
    assertThatThrownBy(
            () -> CatalogueEdits.create(TableCatalogue.EMPTY, merging("no.such.Merger"), 0))
        .hasMessageContaining("merge class no.such.Merger is not on the daemon's class path");

    TableCatalogue made =
        CatalogueEdits.create(TableCatalogue.EMPTY, merging(LineUnion.class.getName()), 0);

    assertThat(made.byName("d.t")).isPresent();
  }

  private static TableSchema merging(String mergeClass) {
    return new TableSchema(
        TableName.parse("d.t"),
        3,
        2,
        2,
        ConsistencyMode.EVENTUAL,
        MemoryMode.STORE,
        0,
        PersistenceMode.NONE,
        0,
        0,
        ConflictPolicy.MERGE,
        Optional.of(mergeClass),
        2);
  }

  @Test
  public void shouldRefuseAStrongTableThatForgets() {
    var cache =
        new TableSchema(
            TableName.parse("d.u"), 3, 2, 2, STRONG, MemoryMode.CACHE, 0, SNAPSHOT, 0, 0);
    UnaryOperator<TableSchema> forgetting = s -> cache;

    assertFails(ErrorCode.INVALID_ARGUMENT, () -> CatalogueEdits.create(one, cache, 6));
    assertFails(ErrorCode.INVALID_ARGUMENT, () -> CatalogueEdits.alter(one, "d.t", forgetting));
  }

  private static TableSchema schema(
      TableName name, ConsistencyMode consistency, PersistenceMode persistence) {
    return new TableSchema(name, 3, 2, 2, consistency, MemoryMode.STORE, 0, persistence, 0, 0);
  }

  @Test
  public void shouldNeverUseAnIdAgain() {
    TableCatalogue dropped = CatalogueEdits.drop(one, "d.t");
    TableCatalogue again = CatalogueEdits.create(dropped, SCHEMA, 6);
    TableCatalogue truncated = CatalogueEdits.truncate(again, "d.t", 7);

    assertThat(dropped.tables()).isEmpty();
    assertThat(again.byName("d.t").get().id()).isEqualTo(2);
    assertThat(truncated.byName("d.t").get().id()).isEqualTo(3);
    assertThat(truncated.version()).isEqualTo(4);
  }

  @Test
  public void shouldNameUnknownTables() {
    assertFails(ErrorCode.TABLE_NOT_FOUND, () -> CatalogueEdits.drop(one, "d.other"));
    assertFails(ErrorCode.INVALID_NAME, () -> CatalogueEdits.drop(one, "nonsense"));
    assertFails(ErrorCode.INVALID_NAME, () -> CatalogueEdits.truncate(one, null, 1));
  }

  @Test
  public void shouldSwapARestoredTableInOneStep() {
    TableCatalogue restoring = CatalogueEdits.addRestoring(one, List.of(SCHEMA), 6);
    Table shadow = restoring.byId(2).get();

    assertThat(restoring.byName("d.t").get().id()).isEqualTo(1);
    assertFails(
        ErrorCode.TABLE_EXISTS, () -> CatalogueEdits.publish(restoring, List.of(shadow), false));

    TableCatalogue published = CatalogueEdits.publish(restoring, List.of(shadow), true);

    assertThat(published.all()).containsExactly(new Table(2, SCHEMA, false, 6));
    assertThat(CatalogueEdits.discard(restoring, Set.of(2)).all()).hasSize(1);
    assertFails(
        ErrorCode.TABLE_NOT_FOUND, () -> CatalogueEdits.publish(one, List.of(shadow), true));
  }

  @Test
  public void shouldRefuseTablesWhileTheInstanceWaitsForItsRestore() {
    TableCatalogue waiting =
        CatalogueEdits.pendingRestore(TableCatalogue.EMPTY, Optional.of("latest"));

    assertFails(ErrorCode.LOADING, () -> CatalogueEdits.create(waiting, SCHEMA, 1));
    assertThat(
            CatalogueEdits.create(
                    CatalogueEdits.pendingRestore(waiting, Optional.empty()), SCHEMA, 1)
                .tables())
        .hasSize(1);
  }
}
