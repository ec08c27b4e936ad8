// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.thrift.peer.RepairedPast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions all of whose replicas have been made alike, until all replicas are told. What somebody
 * is not told, the next round tells.
 */
final class RepairNews {
  private static final Logger LOG = LoggerFactory.getLogger(RepairNews.class);

  /** Partitions in one message. */
  private static final int MAX_PARTITIONS = 8192;

  /** Tables by mark, and their partitions. */
  private final Map<Long, Map<Integer, TreeSet<Integer>>> news = new TreeMap<>();

  void add(int tableId, int partition, long mark) {
    news.computeIfAbsent(mark, m -> new TreeMap<>())
        .computeIfAbsent(tableId, t -> new TreeSet<>())
        .add(partition);
  }

  /** Leaves out partitions. */
  void forget(IntPredicate which) {
    news.values()
        .forEach(tables -> tables.values().forEach(all -> all.removeIf(p -> which.test(p))));
  }

  /** Tells all, this daemon first; then there is no news. */
  void tell(MapTracker.Seen seen, MapNode self, RepairMarks marks, RepairPeers peers) {
    Map<MapNode, List<RepairedPast>> letters = new HashMap<>();
    news.forEach(
        (mark, tables) ->
            tables.forEach(
                (tableId, partitions) -> {
                  partitions.forEach(p -> marks.repaired(tableId, p, mark));
                  letters(seen.map(), self, tableId, partitions, mark)
                      .forEach(
                          (node, letter) ->
                              letters.computeIfAbsent(node, n -> new ArrayList<>()).add(letter));
                }));
    news.clear();
    letters.forEach((node, letter) -> send(node, seen.epoch(), letter, peers));
  }

  private static Map<MapNode, RepairedPast> letters(
      PartitionMap map, MapNode self, int tableId, TreeSet<Integer> partitions, long mark) {
    Map<MapNode, RepairedPast> letters = new HashMap<>();
    for (int partition : partitions) {
      for (MapNode node : PartitionRepairs.others(map, partition, self)) {
        letters
            .computeIfAbsent(node, n -> new RepairedPast(tableId, new ArrayList<>(), mark))
            .getPartitions()
            .add(partition);
      }
    }
    return letters;
  }

  private static void send(MapNode node, long epoch, List<RepairedPast> letter, RepairPeers peers) {
    for (List<RepairedPast> part : parted(letter)) {
      var unused =
          peers
              .repaired(node, epoch, part)
              .whenComplete(
                  (told, failure) -> {
                    if (failure != null) {
                      LOG.debug("Node={} was not told of a repair: {}", node.id(), failure);
                    }
                  });
    }
  }

  private static List<List<RepairedPast>> parted(List<RepairedPast> letter) {
    List<List<RepairedPast>> parts = new ArrayList<>();
    List<RepairedPast> part = new ArrayList<>();
    int partitions = 0;
    for (RepairedPast table : letter) {
      if (partitions > 0 && partitions + table.getPartitionsSize() > MAX_PARTITIONS) {
        parts.add(part);
        part = new ArrayList<>();
        partitions = 0;
      }
      part.add(table);
      partitions += table.getPartitionsSize();
    }
    parts.add(part);
    return parts;
  }
}
