// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.thrift.peer.LoadOrder;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;

/** Orders about the files of one committed snapshot, which any daemon can do. Blocks. */
final class FileOrders<R> implements OrderDispatcher.Work<SnapshotFile, R> {
  private final Path directory;
  private final Function<SnapshotFile, Integer> targetTable;
  private final List<Integer> onlyPartitions;
  private final BiFunction<MapNode, LoadOrder, CompletableFuture<R>> call;
  private final PreparedOperation.Progress progress;

  /**
   * @param onlyPartitions null: all
   */
  FileOrders(
      Path directory,
      Function<SnapshotFile, Integer> targetTable,
      List<Integer> onlyPartitions,
      BiFunction<MapNode, LoadOrder, CompletableFuture<R>> call,
      PreparedOperation.Progress progress) {
    this.directory = directory;
    this.targetTable = targetTable;
    this.onlyPartitions = onlyPartitions;
    this.call = call;
    this.progress = progress;
  }

  /** Returns when the orders about all files have been done. */
  void run(
      ClusterView view, Collection<SnapshotFile> files, long patienceMs, BooleanSupplier cancelled)
      throws InterruptedException {
    new OrderDispatcher<>(view, files, this, patienceMs).run(cancelled);
  }

  @Override
  public List<MapNode> candidates(SnapshotFile file, PartitionMap map) {
    return map.nodes();
  }

  @Override
  public Object group(SnapshotFile file) {
    return targetTable.apply(file);
  }

  @Override
  public CompletableFuture<R> order(MapNode node, List<SnapshotFile> files) {
    var order =
        new LoadOrder(
            directory.toString(),
            files.stream().map(SnapshotFiles::toThrift).toList(),
            targetTable.apply(files.get(0)));
    if (onlyPartitions != null) {
      order.setOnlyPartitions(onlyPartitions);
    }
    return call.apply(node, order);
  }

  @Override
  public void done(List<SnapshotFile> files, R answer) {
    progress.advanced(files.size());
  }
}
