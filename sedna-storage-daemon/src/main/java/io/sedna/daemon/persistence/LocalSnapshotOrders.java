// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.LoadResult;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** This daemon's own work on snapshot files, on sedna.snapshot.parallelism threads. Thread-safe. */
@InterfaceAudience.Private
public final class LocalSnapshotOrders implements SnapshotOrders {
  /**
   * How long replicas may refuse a record before its load fails: longer than a lost daemon stays in
   * the map.
   */
  static final long MERGE_PATIENCE_MS = 60_000;

  private final Worker worker;
  private final PartitionWriter writer;
  private final FileLoader loader;

  /**
   * @param conf holds sedna.snapshot.parallelism and the file systems
   * @param sink merges what is loaded into replicas
   */
  public LocalSnapshotOrders(
      Configuration conf, ClusterView view, Engine engine, RecordSink sink, WallClock clock) {
    this(
        conf,
        new PartitionWriter(conf, view, engine),
        new FileLoader(conf, view, sink, clock, MERGE_PATIENCE_MS));
  }

  LocalSnapshotOrders(Configuration conf, PartitionWriter writer, FileLoader loader) {
    this.writer = writer;
    this.loader = loader;
    this.worker = new Worker("sedna-snapshot-files", SnapshotConfig.from(conf).parallelism());
  }

  @Override
  public CompletableFuture<List<SnapshotFile>> writeSnapshotFiles(SnapshotOrder order) {
    return worker.submit(
        () -> {
          var directory = new Path(order.getDirectory());
          var files = new ArrayList<SnapshotFile>();
          for (int partition : order.getPartitions()) {
            writer
                .write(directory, order.getTableId(), partition, worker::closed)
                .map(SnapshotFiles::toThrift)
                .ifPresent(files::add);
          }
          return files;
        });
  }

  @Override
  public CompletableFuture<Void> verifySnapshotFiles(LoadOrder order) {
    return worker.submit(
        () -> {
          loader.verify(order, worker::closed);
          return null;
        });
  }

  @Override
  public CompletableFuture<LoadResult> loadSnapshotFiles(LoadOrder order) {
    return worker.submit(() -> new LoadResult(loader.load(order, worker::closed)));
  }

  @Override
  public void close() {
    worker.close();
  }
}
