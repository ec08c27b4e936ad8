// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.snapshot.SnapshotManifest;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.thrift.peer.SnapshotFile;
import io.sedna.thrift.peer.SnapshotOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One snapshot, from the orders to each partition's primary to the commit. Until then everything
 * lies in a directory that no list shows. For one run; blocks.
 */
final class SnapshotRun implements OrderDispatcher.Work<SnapshotRun.Unit, List<SnapshotFile>> {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotRun.class);

  /** One partition of one table. */
  record Unit(int tableId, int partition) {}

  private final ClusterView view;
  private final SnapshotPeers peers;
  private final SnapshotDirectory directory;
  private final Path unfinished;
  private final SnapshotManifest empty;
  private final PreparedOperation.Progress progress;
  private final List<SnapshotFile> files = new ArrayList<>();
  private final Set<Integer> dropped = new HashSet<>();

  /**
   * @param unfinished what {@link SnapshotDirectory#begin} answered
   * @param empty the manifest to be, without files
   */
  SnapshotRun(
      ClusterView view,
      SnapshotPeers peers,
      SnapshotDirectory directory,
      Path unfinished,
      SnapshotManifest empty,
      PreparedOperation.Progress progress) {
    this.view = view;
    this.peers = peers;
    this.directory = directory;
    this.unfinished = unfinished;
    this.empty = empty;
    this.progress = progress;
  }

  static long units(SnapshotManifest empty) {
    return (long) empty.tables().size() * empty.partitions();
  }

  /** The committed manifest. Whatever fails, nothing is left of the snapshot. */
  SnapshotManifest run(long patienceMs, BooleanSupplier cancelled) throws InterruptedException {
    boolean committed = false;
    try {
      var units = new ArrayList<Unit>();
      for (Table table : empty.tables()) {
        for (int p = 0; p < empty.partitions(); p++) {
          units.add(new Unit(table.id(), p));
        }
      }
      new OrderDispatcher<>(view, units, this, patienceMs).run(cancelled);
      SnapshotManifest manifest = manifest();
      directory.commit(unfinished, manifest);
      committed = true;
      LOG.info(
          "Committed snapshot {}: tables={}, files={}, records={}, bytes={}",
          manifest.name(),
          manifest.tables().size(),
          manifest.files().size(),
          manifest.records(),
          manifest.bytes());
      return manifest;
    } finally {
      if (!committed) {
        discard();
      }
    }
  }

  private void discard() {
    try {
      directory.discard(unfinished);
    } catch (SednaException e) {
      LOG.warn("Leaving {} to a later clean-up: {}", unfinished, e.toString());
    }
  }

  private SnapshotManifest manifest() {
    List<Table> tables =
        empty.tables().stream().filter(table -> !dropped.contains(table.id())).toList();
    if (tables.isEmpty() && !empty.tables().isEmpty()) {
      throw new SednaException(
          ErrorCode.TABLE_NOT_FOUND,
          "every table of snapshot " + empty.name() + " was dropped while it was being made");
    }
    Set<String> names = new HashSet<>();
    tables.forEach(table -> names.add(table.name().toString()));
    return new SnapshotManifest(
        empty.formatVersion(),
        empty.instance(),
        empty.name(),
        empty.createdAtMs(),
        empty.periodic(),
        empty.partitions(),
        tables,
        files.stream()
            .filter(file -> names.contains(file.getTable()))
            .map(SnapshotFiles::toCommon)
            .sorted(Comparator.comparing(io.sedna.common.snapshot.SnapshotFile::path))
            .toList());
  }

  @Override
  public List<MapNode> candidates(Unit unit, PartitionMap map) {
    return map.primary(unit.partition()).map(List::of).orElse(List.of());
  }

  @Override
  public Object group(Unit unit) {
    return unit.tableId();
  }

  @Override
  public CompletableFuture<List<SnapshotFile>> order(MapNode node, List<Unit> units) {
    return peers.writeSnapshotFiles(
        node,
        new SnapshotOrder(
            unfinished.toString(),
            units.get(0).tableId(),
            units.stream().map(Unit::partition).toList()));
  }

  @Override
  public void done(List<Unit> units, List<SnapshotFile> written) {
    files.addAll(written);
    progress.advanced(units.size());
  }

  /** A table that was dropped or truncated meanwhile is left out. */
  @Override
  public boolean needless(Unit unit, SednaException failure) {
    if (failure.code() != ErrorCode.TABLE_NOT_FOUND
        || view.catalogue().byId(unit.tableId()).isPresent()) {
      return false;
    }
    dropped.add(unit.tableId());
    progress.advanced(1);
    return true;
  }
}
