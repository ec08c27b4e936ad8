// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.snapshot.SnapshotManifest;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.thrift.generated.RestoreRequest;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Checks what a restore is asked to do against the snapshot and the tables that are there. Blocks.
 */
final class RestorePlanner {
  private final Configuration conf;
  private final SnapshotDirectory snapshots;
  private final TableCatalogue catalogue;
  private final int replication;

  /**
   * @param replication most copies that this instance keeps
   */
  RestorePlanner(
      Configuration conf, SnapshotDirectory snapshots, TableCatalogue catalogue, int replication) {
    this.conf = conf;
    this.snapshots = snapshots;
    this.catalogue = catalogue;
    this.replication = replication;
  }

  /**
   * @throws SednaException SNAPSHOT_NOT_FOUND, SNAPSHOT_CORRUPT, TABLE_NOT_FOUND, TABLE_EXISTS
   */
  RestoreRun.RestorePlan plan(RestoreRequest request) {
    Path located = snapshots.locate(request.getSnapshot());
    FileSystem fs;
    try {
      fs = located.getFileSystem(conf);
    } catch (IOException | IllegalArgumentException e) {
      throw new SednaException(
          ErrorCode.SNAPSHOT_NOT_FOUND,
          "no such snapshot: '" + request.getSnapshot() + "': " + e.getMessage(),
          e);
    }
    Path directory = fs.makeQualified(located);
    SnapshotManifest manifest = SnapshotDirectory.readManifest(fs, directory);
    List<Table> tables =
        request.isSetTables()
            ? request.getTables().stream().distinct().map(name -> in(manifest, name)).toList()
            : manifest.tables();
    if (!request.isOverwrite()) {
      tables.forEach(this::requireNew);
    }
    Set<TableName> names = tables.stream().map(Table::name).collect(Collectors.toSet());
    return new RestoreRun.RestorePlan(
        directory,
        tables.stream().map(table -> fit(table.schema())).toList(),
        manifest.files().stream().filter(file -> names.contains(file.table())).toList());
  }

  private static Table in(SnapshotManifest manifest, String name) {
    return manifest
        .table(TableName.parse(name))
        .orElseThrow(
            () ->
                new SednaException(
                    ErrorCode.TABLE_NOT_FOUND,
                    "snapshot " + manifest.name() + " holds no table " + name));
  }

  private void requireNew(Table table) {
    if (catalogue.byName(table.name().toString()).filter(old -> !old.restoring()).isPresent()) {
      throw new SednaException(
          ErrorCode.TABLE_EXISTS,
          "table exists: " + table.name() + " (ask for overwrite to replace it)");
    }
  }

  /**
   * A table of an instance that kept more copies than this one does keeps as many as are possible
   * here.
   */
  private TableSchema fit(TableSchema schema) {
    if (schema.replicas() <= replication) {
      return schema;
    }
    TableSchema possible = TableSchema.of(schema.name(), replication);
    return new TableSchema(
        schema.name(),
        replication,
        possible.readQuorum(),
        possible.writeQuorum(),
        schema.consistency(),
        schema.memory(),
        schema.ttlMs(),
        schema.persistence(),
        schema.snapshotIntervalMs(),
        schema.maxBytes(),
        schema.conflictPolicy(),
        schema.mergeClass(),
        Math.min(schema.minInSync(), replication));
  }
}
