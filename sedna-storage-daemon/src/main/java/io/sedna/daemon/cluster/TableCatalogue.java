// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.schema.Table;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.classification.InterfaceAudience;

/** The tables of the instance, as of one version. Immutable. */
@InterfaceAudience.Private
public final class TableCatalogue {
  public static final TableCatalogue EMPTY = new TableCatalogue(0, List.of());

  private final long version;
  private final List<Table> tables;
  private final Map<String, Table> byName;
  private final Map<Integer, Table> byId;

  /**
   * @param version grows with every change of the catalogue
   */
  public TableCatalogue(long version, Collection<Table> tables) {
    this.version = version;
    this.tables = tables.stream().sorted(Comparator.comparing(Table::name)).toList();
    this.byName =
        tables.stream().collect(Collectors.toMap(t -> t.name().toString(), Function.identity()));
    this.byId = tables.stream().collect(Collectors.toMap(Table::id, Function.identity()));
  }

  public long version() {
    return version;
  }

  /** By name. */
  public List<Table> tables() {
    return tables;
  }

  public Optional<Table> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public Optional<Table> byId(int id) {
    return Optional.ofNullable(byId.get(id));
  }
}
