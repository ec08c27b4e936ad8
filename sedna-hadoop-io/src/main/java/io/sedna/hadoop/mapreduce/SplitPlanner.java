// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cuts a table into splits, so that each is read from one daemon, the primary of its partitions.
 * Every hash is in exactly one split.
 */
final class SplitPlanner {
  private SplitPlanner() {}

  /**
   * The splits of a table.
   *
   * @param splitsPerDaemon splits for the partitions of one primary, at least 1
   * @param tableBytes bytes of the table's keys and values, shared out by the number of hashes; 0:
   *     unknown
   */
  static List<SednaInputSplit> plan(PartitionMap map, int splitsPerDaemon, long tableBytes) {
    var splits = new ArrayList<SednaInputSplit>();
    partitionsByPrimary(map)
        .forEach(
            (primary, partitions) -> {
              // A partition without a primary is read like any other: its scan waits for it, or
              // fails with LOADING. Leaving it out would make the table silently smaller.
              var nodeId = primary.map(node -> node.id().toString()).orElse("");
              var host = primary.map(MapNode::host).orElse("");
              for (var ranges : cut(map, partitions, splitsPerDaemon)) {
                splits.add(new SednaInputSplit(nodeId, host, ranges, share(ranges, tableBytes)));
              }
            });
    return splits;
  }

  private static Map<Optional<MapNode>, List<Integer>> partitionsByPrimary(PartitionMap map) {
    var byPrimary = new LinkedHashMap<Optional<MapNode>, List<Integer>>();
    for (int p = 0; p < map.partitions(); p++) {
      byPrimary.computeIfAbsent(map.primary(p), none -> new ArrayList<>()).add(p);
    }
    return byPrimary;
  }

  /**
   * Lays the partitions end to end and cuts that line into equal pieces: between partitions where
   * there are enough of them, otherwise inside.
   */
  private static List<List<HashRange>> cut(PartitionMap map, List<Integer> partitions, int pieces) {
    boolean between = partitions.size() >= pieces;
    var width = new HashRange(map.firstHash(0), map.lastHash(0)).width();
    var unit = between ? BigInteger.ONE : width;
    var total = unit.multiply(BigInteger.valueOf(partitions.size()));
    var result = new ArrayList<List<HashRange>>();
    for (int i = 0; i < pieces; i++) {
      var from = cutAt(total, i, pieces);
      var to = cutAt(total, i + 1, pieces);
      if (from.compareTo(to) < 0) {
        result.add(ranges(map, partitions, from, to, unit));
      }
    }
    return result;
  }

  private static BigInteger cutAt(BigInteger total, int piece, int pieces) {
    return total.multiply(BigInteger.valueOf(piece)).divide(BigInteger.valueOf(pieces));
  }

  /** The hashes at places from (inclusive) to to (exclusive) of the line. */
  private static List<HashRange> ranges(
      PartitionMap map, List<Integer> partitions, BigInteger from, BigInteger to, BigInteger unit) {
    var begin = from.divideAndRemainder(unit);
    var end = to.subtract(BigInteger.ONE).divideAndRemainder(unit);
    boolean endsInside = !end[1].add(BigInteger.ONE).equals(unit);
    var ranges = new ArrayList<HashRange>();
    for (int i = begin[0].intValue(); i <= end[0].intValue(); i++) {
      int partition = partitions.get(i);
      long first = map.firstHash(partition);
      long last = map.lastHash(partition);
      if (i == end[0].intValue() && endsInside) {
        last = first + end[1].longValue();
      }
      if (i == begin[0].intValue()) {
        first += begin[1].longValue();
      }
      append(ranges, new HashRange(first, last));
    }
    return ranges;
  }

  private static void append(List<HashRange> ranges, HashRange next) {
    int top = ranges.size() - 1;
    if (top >= 0 && ranges.get(top).isFollowedBy(next)) {
      ranges.set(top, new HashRange(ranges.get(top).first(), next.last()));
    } else {
      ranges.add(next);
    }
  }

  private static long share(List<HashRange> ranges, long tableBytes) {
    return Math.round(ranges.stream().mapToDouble(HashRange::share).sum() * tableBytes);
  }
}
