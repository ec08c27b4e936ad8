// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.client.CopyWarnings;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.thrift.generated.ConflictPolicy;
import io.sedna.thrift.generated.ConsistencyMode;
import io.sedna.thrift.generated.MemoryMode;
import io.sedna.thrift.generated.PersistenceMode;
import io.sedna.thrift.generated.TableAlteration;
import io.sedna.thrift.generated.TableSchema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Commands for tables as such. */
final class TableCommands {
  private static final List<String> TABLE = List.of("TABLE");
  private static final List<String> NONE = List.of();

  static final List<ShellCommand> ALL =
      List.of(
          new ShellCommand(
              "create table",
              TABLE,
              NONE,
              List.of(
                  "n",
                  "r",
                  "w",
                  "ttl",
                  "memory",
                  "max_bytes",
                  "consistency",
                  "min_in_sync",
                  "conflict_policy",
                  "merge_class",
                  "persistence",
                  "snapshot_interval"),
              "make a table; memory=store|cache, max_bytes=64m, consistency=eventual|strong, conflict_policy=latest|all|merge, persistence=none|snapshot|log",
              TableCommands::create),
          new ShellCommand(
              "alter table",
              TABLE,
              NONE,
              List.of(
                  "r",
                  "w",
                  "ttl",
                  "memory",
                  "max_bytes",
                  "min_in_sync",
                  "persistence",
                  "snapshot_interval"),
              "change what is named, the rest stays",
              TableCommands::alter),
          new ShellCommand(
              "drop table",
              TABLE,
              NONE,
              NONE,
              "forget a table and its records; snapshots stay",
              TableCommands::drop),
          new ShellCommand(
              "truncate table", TABLE, NONE, NONE, "empty a table", TableCommands::truncate),
          new ShellCommand(
              "describe table",
              TABLE,
              NONE,
              NONE,
              "show what a table promises",
              TableCommands::describe),
          new ShellCommand(
              "list tables",
              NONE,
              List.of("DATASET"),
              NONE,
              "show tables, of one dataset or of all",
              TableCommands::list));

  private TableCommands() {}

  private static void create(Arguments arguments, Session session) {
    var schema = new TableSchema(arguments.text(0));
    arguments.integer("n").ifPresent(schema::setReplicas);
    arguments.integer("r").ifPresent(schema::setReadQuorum);
    arguments.integer("w").ifPresent(schema::setWriteQuorum);
    arguments.duration("ttl").ifPresent(ttl -> schema.setTtlMs(ttl.toMillis()));
    arguments.choice("memory", MemoryMode.class).ifPresent(schema::setMemory);
    arguments.size("max_bytes").ifPresent(schema::setMaxBytes);
    arguments.choice("consistency", ConsistencyMode.class).ifPresent(schema::setConsistency);
    arguments.integer("min_in_sync").ifPresent(schema::setMinInSync);
    arguments.choice("conflict_policy", ConflictPolicy.class).ifPresent(schema::setConflictPolicy);
    arguments.option("merge_class").ifPresent(schema::setMergeClass);
    arguments.choice("persistence", PersistenceMode.class).ifPresent(schema::setPersistence);
    arguments
        .duration("snapshot_interval")
        .ifPresent(interval -> schema.setSnapshotIntervalMs(interval.toMillis()));

    var table = session.client().admin().createTable(schema);

    session.out().message("created " + table.name() + ", id " + table.id());
    warn(table, session);
  }

  private static void alter(Arguments arguments, Session session) {
    var alteration = new TableAlteration();
    arguments.integer("r").ifPresent(alteration::setReadQuorum);
    arguments.integer("w").ifPresent(alteration::setWriteQuorum);
    arguments.duration("ttl").ifPresent(ttl -> alteration.setTtlMs(ttl.toMillis()));
    arguments.choice("memory", MemoryMode.class).ifPresent(alteration::setMemory);
    arguments.size("max_bytes").ifPresent(alteration::setMaxBytes);
    arguments.integer("min_in_sync").ifPresent(alteration::setMinInSync);
    arguments.choice("persistence", PersistenceMode.class).ifPresent(alteration::setPersistence);
    arguments
        .duration("snapshot_interval")
        .ifPresent(interval -> alteration.setSnapshotIntervalMs(interval.toMillis()));
    if (alteration.equals(new TableAlteration())) {
      throw new SyntaxException("nothing to change in " + arguments.text(0));
    }

    show(List.of(session.client().admin().alterTable(arguments.text(0), alteration)), session);
  }

  private static void drop(Arguments arguments, Session session) {
    session.client().admin().dropTable(arguments.text(0));
    session.out().message("dropped " + arguments.text(0));
  }

  private static void truncate(Arguments arguments, Session session) {
    var table = session.client().admin().truncateTable(arguments.text(0));
    session.out().message("emptied " + table.name() + ", new id " + table.id());
  }

  private static void describe(Arguments arguments, Session session) {
    var table = session.client().admin().describeTable(arguments.text(0));
    show(List.of(table), session);
    warn(table, session);
  }

  /** Where it has fewer copies than it asks for. What was done before is done either way. */
  private static void warn(Table table, Session session) {
    try {
      CopyWarnings.of(session.client().refresh(), List.of(table)).forEach(session.out()::warning);
    } catch (SednaException e) {
      session.out().warning("cannot tell whether it has all its copies: " + e.getMessage());
    }
  }

  private static void list(Arguments arguments, Session session) {
    show(session.client().admin().listTables(arguments.optionalText(0).orElse("")), session);
  }

  private static void show(List<Table> tables, Session session) {
    var columns =
        List.of(
            "table",
            "id",
            "n",
            "r",
            "w",
            "consistency",
            "min_in_sync",
            "conflict_policy",
            "merge_class",
            "memory",
            "max_bytes",
            "ttl",
            "persistence",
            "snapshot_interval",
            "state",
            "created");
    try (var rows = session.out().rows(columns)) {
      for (var table : tables) {
        var schema = table.schema();
        rows.add(
            schema.name().toString(),
            table.id(),
            schema.replicas(),
            schema.readQuorum(),
            schema.writeQuorum(),
            lower(schema.consistency()),
            schema.minInSync(),
            lower(schema.conflictPolicy()),
            schema.mergeClass().orElse(""),
            lower(schema.memory()),
            Sizes.format(schema.maxBytes(), "none"),
            Durations.format(schema.ttlMs(), "never"),
            lower(schema.persistence()),
            Durations.format(schema.snapshotIntervalMs(), "default"),
            table.restoring() ? "restoring" : "online",
            Instant.ofEpochMilli(table.createdAtMs()).toString());
      }
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
