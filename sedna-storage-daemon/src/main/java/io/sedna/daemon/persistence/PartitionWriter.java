// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotFileWriter;
import io.sedna.common.snapshot.SnapshotPart;
import io.sedna.common.snapshot.SnapshotRecord;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one partition of one table into a file while writes go on. What is there when the scan
 * begins and stays is in the file; of what comes and goes meanwhile, some is, which versions make
 * harmless. Thread-safe; blocks.
 */
final class PartitionWriter {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionWriter.class);
  private static final int BATCH_BYTES = 1 << 20;

  private final Configuration conf;
  private final ClusterView view;
  private final Engine engine;

  PartitionWriter(Configuration conf, ClusterView view, Engine engine) {
    this.conf = conf;
    this.view = view;
    this.engine = engine;
  }

  /**
   * @return empty: the partition has no live record of the table, and no file was made
   * @throws SednaException STALE_MAP where this daemon is not the partition's primary or ceased to
   *     be while it wrote, TABLE_NOT_FOUND, STORAGE_FAILED, SHUTTING_DOWN
   */
  Optional<SnapshotFile> write(
      Path directory, int tableId, int partition, BooleanSupplier cancelled) {
    PartitionMap map = mapWithPrimary(partition);
    Table table = table(tableId);
    PartitionStore store = engine.find(tableId, partition);
    if (store == null) {
      return Optional.empty();
    }
    var part =
        SnapshotPart.of(table.name(), partition, map.firstHash(partition), map.lastHash(partition));
    var path = new Path(directory, part.path());
    Optional<SnapshotFile> written = Optional.empty();
    boolean good = false;
    try {
      written = scanInto(store, part, path, cancelled);
      // A daemon that lost the partition meanwhile has dropped the store under the scan, which then
      // ended early.
      mapWithPrimary(partition);
      table(tableId);
      if (engine.find(tableId, partition) != store) {
        throw notPrimary(partition, map.epoch());
      }
      good = true;
    } finally {
      if (!good) {
        delete(path);
      }
    }
    return written;
  }

  private Optional<SnapshotFile> scanInto(
      PartitionStore store, SnapshotPart part, Path path, BooleanSupplier cancelled) {
    ScanRange range =
        ScanRange.of(part.firstHash(), part.lastHash(), BATCH_BYTES, ScanRange.View.LIVE);
    ScanBatch batch = store.scan(range);
    while (batch.records().isEmpty() && !batch.done()) {
      batch = store.scan(range.from(batch.nextHash()));
    }
    if (batch.records().isEmpty()) {
      return Optional.empty();
    }
    try (var writer = new SnapshotFileWriter(create(path), part)) {
      append(writer, batch);
      while (!batch.done()) {
        if (cancelled.getAsBoolean()) {
          throw new SednaException(
              ErrorCode.SHUTTING_DOWN, "the daemon stops; unfinished snapshot file: " + path);
        }
        batch = store.scan(range.from(batch.nextHash()));
        append(writer, batch);
      }
      return Optional.of(writer.finish());
    } catch (IOException e) {
      throw storageFailed("close", path, e);
    }
  }

  private static void append(SnapshotFileWriter writer, ScanBatch batch) {
    for (StoredRecord record : batch.records()) {
      for (StoredVersion version : record.versions()) {
        writer.append(
            new SnapshotRecord(
                record.key(),
                version.value(),
                version.timestamp(),
                version.source(),
                version.expiresAtMs(),
                version.flags()));
      }
    }
  }

  private java.io.OutputStream create(Path path) {
    try {
      FileSystem fs = path.getFileSystem(conf);
      return fs.create(path, true);
    } catch (IOException e) {
      throw storageFailed("create", path, e);
    }
  }

  private void delete(Path path) {
    try {
      path.getFileSystem(conf).delete(path, false);
    } catch (IOException e) {
      // The directory is removed as a whole unless it is committed, and then the manifest does not
      // name this file.
      LOG.debug("cannot delete {}: {}", path, e.toString());
    }
  }

  private PartitionMap mapWithPrimary(int partition) {
    PartitionMap map =
        view.map()
            .orElseThrow(
                () -> new SednaException(ErrorCode.STALE_MAP, "there is no partition map yet"));
    boolean primary =
        partition >= 0
            && partition < map.partitions()
            && map.primary(partition)
                .filter(n -> n.id().equals(view.self()) && n.incarnation() == view.incarnation())
                .isPresent();
    if (!primary) {
      throw notPrimary(partition, map.epoch());
    }
    return map;
  }

  private SednaException notPrimary(int partition, long epoch) {
    return new SednaException(
        ErrorCode.STALE_MAP,
        "not the primary: node=" + view.self() + ", partition=" + partition + ", epoch=" + epoch,
        epoch,
        null);
  }

  private Table table(int tableId) {
    return view.catalogue()
        .byId(tableId)
        .orElseThrow(
            () -> new SednaException(ErrorCode.TABLE_NOT_FOUND, "no such table: id=" + tableId));
  }

  private static SednaException storageFailed(String doing, Path path, IOException e) {
    return new SednaException(
        ErrorCode.STORAGE_FAILED, "cannot " + doing + " " + path + ": " + e, e);
  }
}
