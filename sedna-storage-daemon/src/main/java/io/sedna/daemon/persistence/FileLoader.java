// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotFileReader;
import io.sedna.common.snapshot.SnapshotRecord;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.thrift.peer.LoadOrder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;

/**
 * Reads snapshot files, to compare their checksums or to bring their records to replicas.
 * Thread-safe; blocks.
 */
final class FileLoader {
  private final Configuration conf;
  private final ClusterView view;
  private final RecordSink sink;
  private final WallClock clock;
  private final long patienceMs;

  FileLoader(
      Configuration conf, ClusterView view, RecordSink sink, WallClock clock, long patienceMs) {
    this.conf = conf;
    this.view = view;
    this.sink = sink;
    this.clock = clock;
    this.patienceMs = patienceMs;
  }

  /**
   * @throws SednaException SNAPSHOT_CORRUPT, STORAGE_FAILED, SHUTTING_DOWN
   */
  void verify(LoadOrder order, BooleanSupplier cancelled) {
    var directory = new Path(order.getDirectory());
    for (var wire : order.getFiles()) {
      requireRunning(cancelled);
      SnapshotFile file = SnapshotFiles.toCommon(wire);
      var path = new Path(directory, file.path());
      try (InputStream in = open(path)) {
        SnapshotFileReader.verify(in, file);
      } catch (IOException e) {
        throw readFailed(path, e);
      }
    }
  }

  /**
   * Versions and times to live stay as they are; what has expired is skipped.
   *
   * @return records (versions) that all replicas have now
   * @throws SednaException SNAPSHOT_CORRUPT, STORAGE_FAILED, SHUTTING_DOWN, or what replicas
   *     answered
   */
  long load(LoadOrder order, BooleanSupplier cancelled) throws InterruptedException {
    var directory = new Path(order.getDirectory());
    int tableId = order.getTargetTableId();
    KeyHash hash = KeyHash.ofTable(tableId);
    BitSet only = onlyPartitions(order);
    var sender = new RecordSender(sink, table(tableId), patienceMs, cancelled);
    long loaded = 0;
    for (var wire : order.getFiles()) {
      SnapshotFile file = SnapshotFiles.toCommon(wire);
      var path = new Path(directory, file.path());
      try (var reader = new SnapshotFileReader(open(path), file)) {
        while (reader.hasNext()) {
          requireRunning(cancelled);
          SnapshotRecord record = reader.next();
          long h = hash.hash(record.key());
          if (!record.isExpired(clock.millis()) && (only == null || only.get(partitionOf(h)))) {
            sender.add(stored(record, h), record.key().length + record.value().length);
            loaded++;
          }
        }
      } catch (IOException e) {
        throw readFailed(path, e);
      }
    }
    sender.flush();
    return loaded;
  }

  private static StoredRecord stored(SnapshotRecord record, long hash) {
    var version =
        StoredVersion.value(
            record.timestamp(),
            record.source(),
            record.expiresAtMs(),
            record.flags(),
            record.value());
    return StoredRecord.of(record.key(), hash, List.of(version));
  }

  /**
   * Also a table that is still being restored. The controller orders only when every daemon knows
   * it.
   */
  private Table table(int tableId) {
    return view.catalogue()
        .byId(tableId)
        .orElseThrow(
            () -> new SednaException(ErrorCode.TABLE_NOT_FOUND, "no such table: id=" + tableId));
  }

  private static BitSet onlyPartitions(LoadOrder order) {
    if (!order.isSetOnlyPartitions()) {
      return null;
    }
    var only = new BitSet();
    order.getOnlyPartitions().forEach(only::set);
    return only;
  }

  /** The number of partitions is fixed, so any map will do. */
  private int partitionOf(long hash) {
    PartitionMap map =
        view.map()
            .orElseThrow(
                () -> new SednaException(ErrorCode.STALE_MAP, "there is no partition map yet"));
    return map.partitionOf(hash);
  }

  private InputStream open(Path path) {
    try {
      return path.getFileSystem(conf).open(path);
    } catch (FileNotFoundException e) {
      throw new SednaException(
          ErrorCode.SNAPSHOT_CORRUPT, "a file of the snapshot is missing: " + path, e);
    } catch (IOException e) {
      throw readFailed(path, e);
    }
  }

  private static SednaException readFailed(Path path, IOException e) {
    if (e instanceof ChecksumException) {
      // The file system keeps checksums of its own, and noticed first.
      return new SednaException(
          ErrorCode.SNAPSHOT_CORRUPT, "snapshot file " + path + " is damaged: " + e, e);
    }
    return new SednaException(ErrorCode.STORAGE_FAILED, "cannot read " + path + ": " + e, e);
  }

  private static void requireRunning(BooleanSupplier cancelled) {
    if (cancelled.getAsBoolean()) {
      throw new SednaException(ErrorCode.SHUTTING_DOWN, "the daemon stops");
    }
  }
}
