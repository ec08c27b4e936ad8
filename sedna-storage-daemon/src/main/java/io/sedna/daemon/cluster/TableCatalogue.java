// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The tables of the instance, as of one version. Immutable.
 *
 * <p>While a table is being replaced by one of a snapshot there are two of its name: the one that
 * serves, and a restoring one under another id. Names mean the one that serves; ids tell them
 * apart.
 */
@InterfaceAudience.Private
public final class TableCatalogue {
  public static final TableCatalogue EMPTY = new TableCatalogue(0, 1, List.of());

  private final long version;
  private final int nextId;
  private final List<Table> all;
  private final List<Table> tables;
  private final Map<String, Table> byName = new HashMap<>();
  private final Map<Integer, Table> byId = new HashMap<>();
  private final Optional<String> pendingRestore;

  /**
   * @param version grows with every change of the catalogue
   */
  public TableCatalogue(long version, Collection<Table> tables) {
    this(version, tables.stream().mapToInt(Table::id).max().orElse(0) + 1, tables);
  }

  /**
   * @param version grows with every change of the catalogue
   * @param nextId id of the next table; ids are never used again, so it may be far above those here
   */
  public TableCatalogue(long version, int nextId, Collection<Table> tables) {
    this(version, nextId, tables, Optional.empty());
  }

  /**
   * @param pendingRestore snapshot that the instance is yet to be restored from before it is ready
   */
  public TableCatalogue(
      long version, int nextId, Collection<Table> tables, Optional<String> pendingRestore) {
    this.pendingRestore = pendingRestore;
    this.version = version;
    this.nextId = nextId;
    this.all =
        tables.stream().sorted(Comparator.comparing(Table::name).thenComparing(Table::id)).toList();
    for (Table table : all) {
      byName.merge(table.name().toString(), table, (one, other) -> one.restoring() ? other : one);
      if (byId.put(table.id(), table) != null) {
        throw new IllegalArgumentException("table id twice in the catalogue: " + table.id());
      }
    }
    this.tables = byName.values().stream().sorted(Comparator.comparing(Table::name)).toList();
  }

  public long version() {
    return version;
  }

  public int nextId() {
    return nextId;
  }

  /** Snapshot that the instance is yet to be restored from before it is ready. */
  public Optional<String> pendingRestore() {
    return pendingRestore;
  }

  /** One of each name, by name. */
  public List<Table> tables() {
    return tables;
  }

  /** With those that will take the place of another. */
  public List<Table> all() {
    return all;
  }

  public Optional<Table> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * @throws SednaException INVALID_NAME; TABLE_NOT_FOUND, or LOADING while the instance is yet to
   *     be restored, because the snapshot may hold it
   */
  public Table require(String name) {
    Table table = byName.get(name);
    if (table != null) {
      return table;
    }
    TableName legal = TableName.parse(name);
    if (pendingRestore.isPresent()) {
      throw new SednaException(
          ErrorCode.LOADING,
          "table "
              + legal
              + " may be in the snapshot that the instance begins with: "
              + pendingRestore.get());
    }
    throw new SednaException(ErrorCode.TABLE_NOT_FOUND, "no such table: '" + legal + "'");
  }

  public Optional<Table> byId(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  @Override
  public String toString() {
    return "TableCatalogue{version=" + version + ", tables=" + all.size() + "}";
  }
}
