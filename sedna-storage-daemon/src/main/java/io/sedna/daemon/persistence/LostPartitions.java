// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotManifest;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.cluster.ClusterView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives partitions of which every copy was lost back from the newest snapshot of each table. A
 * table that persists but is in no snapshot keeps the partition LOADING, unless it was created
 * after the loss; of a table that does not persist, memory was all there was. For one thread;
 * blocks.
 */
final class LostPartitions {
  private static final Logger LOG = LoggerFactory.getLogger(LostPartitions.class);

  private final ClusterView view;
  private final SnapshotPeers peers;
  private final Supplier<SnapshotDirectory> directory;
  private final WallClock clock;
  private final Map<Integer, Long> lostAtMs = new HashMap<>();

  private record Source(Table table, SnapshotManifest manifest) {}

  LostPartitions(
      ClusterView view,
      SnapshotPeers peers,
      Supplier<SnapshotDirectory> directory,
      WallClock clock) {
    this.view = view;
    this.peers = peers;
    this.directory = directory;
    this.clock = clock;
  }

  /** Those of the partitions that are complete again. */
  Set<Integer> load(Set<Integer> lost, long patienceMs, BooleanSupplier cancelled)
      throws InterruptedException {
    Optional<PartitionMap> map = view.map();
    if (map.isEmpty() || lost.isEmpty()) {
      return Set.of();
    }
    lostAtMs.keySet().retainAll(lost);
    lost.forEach(p -> lostAtMs.putIfAbsent(p, clock.millis()));
    var ready = new TreeSet<>(lost);
    var sources = new ArrayList<Source>();
    List<SnapshotManifest> manifests = null;
    for (Table table : view.catalogue().tables()) {
      if (table.restoring()) {
        continue;
      }
      if (!PeriodicSchedule.persists(table)) {
        LOG.warn(
            "Records of {} were lost with partitions {}: it does not persist", table.name(), lost);
        continue;
      }
      manifests = manifests == null ? directory.get().list() : manifests;
      Optional<SnapshotManifest> newest =
          manifests.stream().filter(manifest -> holds(manifest, table)).findFirst();
      if (newest.isPresent()) {
        sources.add(new Source(table, newest.get()));
      } else if (ready.removeIf(p -> table.createdAtMs() <= lostAtMs.get(p))) {
        LOG.error(
            "Partitions {} stay LOADING: all copies were lost and no snapshot holds table {} (id {});"
                + " drop or truncate it to give its records up",
            lost,
            table.name(),
            table.id());
      }
    }
    if (!ready.isEmpty()) {
      for (Source source : sources) {
        load(source, ready, map.get(), patienceMs, cancelled);
      }
    }
    lostAtMs.keySet().removeAll(ready);
    return ready;
  }

  /** Only a snapshot of this very table: one that was dropped or truncated left its id behind. */
  private static boolean holds(SnapshotManifest manifest, Table table) {
    return manifest
        .table(table.name())
        .filter(old -> old.id() == table.id() && old.createdAtMs() == table.createdAtMs())
        .isPresent();
  }

  private void load(
      Source source,
      Set<Integer> partitions,
      PartitionMap map,
      long patienceMs,
      BooleanSupplier cancelled)
      throws InterruptedException {
    SnapshotManifest manifest = source.manifest();
    Path path = directory.get().pathOf(manifest.name());
    List<SnapshotFile> files =
        manifest.filesOf(source.table().name()).stream()
            .filter(file -> touches(file, partitions, map))
            .toList();
    var verify =
        new FileOrders<Void>(
            path,
            file -> source.table().id(),
            null,
            peers::verifySnapshotFiles,
            PreparedOperation.Progress.IGNORED);
    verify.run(view, files, patienceMs, cancelled);
    var orders =
        new FileOrders<>(
            path,
            file -> source.table().id(),
            List.copyOf(partitions),
            peers::loadSnapshotFiles,
            PreparedOperation.Progress.IGNORED);
    orders.run(view, files, patienceMs, cancelled);
    LOG.warn(
        "Gave partitions {} of {} back from snapshot {}, files={}",
        partitions,
        source.table().name(),
        manifest.name(),
        files.size());
  }

  private static boolean touches(SnapshotFile file, Set<Integer> partitions, PartitionMap map) {
    int first = map.partitionOf(file.firstHash());
    int last = map.partitionOf(file.lastHash());
    return partitions.stream().anyMatch(p -> first <= p && p <= last);
  }
}
