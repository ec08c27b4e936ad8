// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaAdmin;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.convert.Schemas;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The tables that are used: one of each kind that makes its own promises. */
enum Tables {
  /** writeLatest, with N=3, R=2, W=2. */
  EVENTUAL("chaos.eventual"),
  /** writeAll of several sources, with the same. */
  SOURCES("chaos.sources"),
  STRONG("chaos.strong");

  private static final int COPIES = 3;
  private static final int ATTEMPTS = 20;
  private static final int RETRY_PAUSE_MS = 500;

  private final String table;

  Tables(String table) {
    this.table = table;
  }

  /**
   * Those that are named, or all.
   *
   * @throws IllegalArgumentException naming what there is
   */
  static Set<Tables> of(List<String> names) {
    if (names.isEmpty()) {
      return EnumSet.allOf(Tables.class);
    }
    var tables = EnumSet.noneOf(Tables.class);
    for (String name : names) {
      tables.add(
          Arrays.stream(values())
              .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "no kind " + name + ": there are eventual, sources, strong")));
    }
    return tables;
  }

  String table() {
    return table;
  }

  /**
   * Creates it.
   *
   * @return false if the instance offers no such tables
   */
  boolean create(SednaAdmin admin) throws IOException {
    var schema = Schemas.toThrift(TableSchema.of(TableName.parse(table), COPIES));
    if (this == STRONG) {
      schema.setConsistency(io.sedna.thrift.generated.ConsistencyMode.STRONG);
    }
    for (int attempt = 1; ; attempt++) {
      try {
        admin.createTable(schema);
        return true;
      } catch (SednaException e) {
        if (e.code() == ErrorCode.TABLE_EXISTS) {
          return true;
        }
        if (e.code() == ErrorCode.NOT_SUPPORTED) {
          return false;
        }
        if (attempt == ATTEMPTS) {
          throw e;
        }
        Pauses.ms(RETRY_PAUSE_MS);
      }
    }
  }
}
