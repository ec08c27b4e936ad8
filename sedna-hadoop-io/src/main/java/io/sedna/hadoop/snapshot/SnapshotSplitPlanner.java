// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.snapshot;

import io.sedna.common.snapshot.SnapshotFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Packs files into splits. There is a file for each partition, so many are small, and a task each
 * would cost more than the reading; files of the same host go together.
 */
final class SnapshotSplitPlanner {
  /** Hadoop asks for containers at each host. */
  private static final int MAX_HOSTS = 3;

  private SnapshotSplitPlanner() {}

  /** A file, and the hosts that hold it. */
  record PlacedFile(SnapshotFile file, List<String> hosts) {}

  /**
   * @param splitBytes size of a split; one larger file is a split by itself
   */
  static List<SednaSnapshotSplit> plan(List<PlacedFile> files, long splitBytes) {
    Map<String, List<PlacedFile>> byHost = new LinkedHashMap<>();
    Map<String, Long> loads = new LinkedHashMap<>();
    for (var file : files) {
      var host = leastLoaded(file.hosts(), loads);
      loads.merge(host, file.file().bytes(), Long::sum);
      byHost.computeIfAbsent(host, none -> new ArrayList<>()).add(file);
    }
    var splits = new ArrayList<SednaSnapshotSplit>();
    byHost.forEach((host, placed) -> pack(host, placed, splitBytes, splits));
    return splits;
  }

  /** All replicas of a file are as good, so the host with the least to read yet takes it. */
  private static String leastLoaded(List<String> hosts, Map<String, Long> loads) {
    var best = "";
    for (var host : hosts) {
      if (best.isEmpty() || loads.getOrDefault(host, 0L) < loads.getOrDefault(best, 0L)) {
        best = host;
      }
    }
    return best;
  }

  private static void pack(
      String host, List<PlacedFile> files, long splitBytes, List<SednaSnapshotSplit> splits) {
    var group = new ArrayList<PlacedFile>();
    long bytes = 0;
    for (var file : files) {
      if (!group.isEmpty() && bytes + file.file().bytes() > splitBytes) {
        splits.add(split(host, group));
        group.clear();
        bytes = 0;
      }
      group.add(file);
      bytes += file.file().bytes();
    }
    if (!group.isEmpty()) {
      splits.add(split(host, group));
    }
  }

  private static SednaSnapshotSplit split(String host, List<PlacedFile> group) {
    Set<String> hosts = new LinkedHashSet<>();
    if (!host.isEmpty()) {
      hosts.add(host);
    }
    // The other hosts of a lone file are as good; those of a group hold only parts of it.
    if (group.size() == 1) {
      hosts.addAll(group.get(0).hosts());
    }
    return new SednaSnapshotSplit(
        group.stream().map(PlacedFile::file).toList(), hosts.stream().limit(MAX_HOSTS).toList());
  }
}
