// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.conflict.ValueMergers;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The changes that a table catalogue can undergo; each makes another catalogue, or fails. */
final class CatalogueEdits {
  private CatalogueEdits() {}

  /** TABLE_EXISTS; LOADING while the instance waits for its restore; NOT_SUPPORTED. */
  static TableCatalogue create(TableCatalogue before, TableSchema schema, long nowMs) {
    checkSupported(schema);
    if (before.pendingRestore().isPresent()) {
      throw new SednaException(
          ErrorCode.LOADING,
          "the instance is being restored from " + before.pendingRestore().get());
    }
    before
        .byName(schema.name().toString())
        .ifPresent(
            table -> {
              throw exists(table);
            });
    return append(before, List.of(new Table(before.nextId(), schema, false, nowMs)));
  }

  static TableCatalogue alter(
      TableCatalogue before, String name, UnaryOperator<TableSchema> alteration) {
    Table table = online(before, name);
    TableSchema schema = alteration.apply(table.schema());
    checkSupported(schema);
    var altered = new Table(table.id(), schema, table.restoring(), table.createdAtMs());
    return replace(before, Set.of(table.id()), List.of(altered), before.nextId());
  }

  static TableCatalogue drop(TableCatalogue before, String name) {
    return replace(before, Set.of(online(before, name).id()), List.of(), before.nextId());
  }

  /** The same table under a new id: nobody can mistake an old record for a new one. */
  static TableCatalogue truncate(TableCatalogue before, String name, long nowMs) {
    Table table = online(before, name);
    var emptied = new Table(before.nextId(), table.schema(), false, nowMs);
    return replace(before, Set.of(table.id()), List.of(emptied), before.nextId() + 1);
  }

  /** Restoring tables, in the order of the schemas; they have the last ids of the answer. */
  static TableCatalogue addRestoring(TableCatalogue before, List<TableSchema> schemas, long nowMs) {
    var added = new ArrayList<Table>();
    for (TableSchema schema : schemas) {
      added.add(new Table(before.nextId() + added.size(), schema, true, nowMs));
    }
    return append(before, added);
  }

  /** Restoring tables go online in the place of those that have their names. */
  static TableCatalogue publish(TableCatalogue before, List<Table> restoring, boolean overwrite) {
    var gone = new HashSet<Integer>();
    var online = new ArrayList<Table>();
    for (Table table : restoring) {
      Table now =
          before
              .byId(table.id())
              .orElseThrow(
                  () ->
                      new SednaException(
                          ErrorCode.TABLE_NOT_FOUND,
                          "restoring table " + table.name() + " was discarded: id=" + table.id()));
      Optional<Table> replaced =
          before.byName(table.name().toString()).filter(other -> !other.restoring());
      if (replaced.isPresent() && !overwrite) {
        throw exists(replaced.get());
      }
      replaced.ifPresent(other -> gone.add(other.id()));
      gone.add(now.id());
      online.add(new Table(now.id(), now.schema(), false, now.createdAtMs()));
    }
    return replace(before, gone, online, before.nextId());
  }

  static TableCatalogue discard(TableCatalogue before, Set<Integer> restoring) {
    return replace(before, restoring, List.of(), before.nextId());
  }

  static TableCatalogue pendingRestore(TableCatalogue before, Optional<String> snapshot) {
    return new TableCatalogue(before.version() + 1, before.nextId(), before.all(), snapshot);
  }

  /** A table must not promise what no daemon does. */
  private static void checkSupported(TableSchema schema) {
    if (schema.consistency() == ConsistencyMode.STRONG) {
      checkStrong(schema);
    }
    schema.mergeClass().ifPresent(ValueMergers::load);
    if (schema.persistence() == PersistenceMode.LOG) {
      throw new SednaException(
          ErrorCode.NOT_SUPPORTED,
          "logs of writes are not supported yet: " + schema.name() + "; use SNAPSHOT or NONE");
    }
  }

  private static void checkStrong(TableSchema schema) {
    if (schema.memory() == MemoryMode.CACHE) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "a cache forgets, each copy something else, so it cannot be strong: table="
              + schema.name()
              + ", consistency=STRONG, memory=CACHE");
    }
    if (schema.conflictPolicy() == ConflictPolicy.MERGE) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "a strong table has no conflicts to merge: table="
              + schema.name()
              + ", consistency=STRONG, conflictPolicy=MERGE");
    }
  }

  /**
   * @throws SednaException INVALID_NAME, TABLE_NOT_FOUND; LOADING for one that is being restored
   */
  static Table online(TableCatalogue catalogue, String name) {
    Table table = find(catalogue, name);
    if (table.restoring()) {
      throw new SednaException(ErrorCode.LOADING, "table " + name + " is being restored");
    }
    return table;
  }

  /**
   * @throws SednaException INVALID_NAME, TABLE_NOT_FOUND
   */
  static Table find(TableCatalogue catalogue, String name) {
    TableName legal = TableName.parse(name == null ? "" : name);
    return catalogue
        .byName(legal.toString())
        .orElseThrow(
            () -> new SednaException(ErrorCode.TABLE_NOT_FOUND, "no such table: " + legal));
  }

  private static SednaException exists(Table table) {
    return new SednaException(
        ErrorCode.TABLE_EXISTS, "table exists: " + table.name() + ", id=" + table.id());
  }

  private static TableCatalogue append(TableCatalogue before, List<Table> added) {
    return replace(before, Set.of(), added, before.nextId() + added.size());
  }

  private static TableCatalogue replace(
      TableCatalogue before, Set<Integer> gone, List<Table> added, int nextId) {
    var tables = new ArrayList<Table>();
    before.all().stream().filter(table -> !gone.contains(table.id())).forEach(tables::add);
    tables.addAll(added);
    return new TableCatalogue(before.version() + 1, nextId, tables, before.pendingRestore());
  }
}
