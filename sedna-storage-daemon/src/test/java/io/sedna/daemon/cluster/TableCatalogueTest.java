// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

public class TableCatalogueTest {
  private static final Table PRICES =
      new Table(1, TableSchema.of(TableName.parse("shop.prices"), 1), false, 1);

  @Test
  public void shouldFindTables() {
    var catalogue = new TableCatalogue(1, List.of(PRICES));

    assertThat(catalogue.require("shop.prices")).isEqualTo(PRICES);
    assertFails(ErrorCode.TABLE_NOT_FOUND, catalogue, "shop.none");
    assertFails(ErrorCode.INVALID_NAME, catalogue, "no table");
  }

  @Test
  public void shouldNotDenyATableThatTheSnapshotMayHold() {
    var catalogue = new TableCatalogue(1, 1, List.of(), Optional.of("latest"));

    assertFails(ErrorCode.LOADING, catalogue, "shop.prices");
  }

  private static void assertFails(ErrorCode code, TableCatalogue catalogue, String name) {
    assertThatThrownBy(() -> catalogue.require(name))
        .isInstanceOfSatisfying(SednaException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(name);
  }
}
