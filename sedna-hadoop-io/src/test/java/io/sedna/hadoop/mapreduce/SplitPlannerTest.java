// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.Test;

public class SplitPlannerTest {
  @Test
  public void shouldCoverEveryHashExactlyOnce() {
    for (long seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var map = randomMap(random);
      int splitsPerDaemon = 1 + random.nextInt(12);

      var splits = SplitPlanner.plan(map, splitsPerDaemon, 1_000_000);

      assertCoversAll(splits, "seed=" + seed + " " + map + " splits=" + splitsPerDaemon);
      assertLengths(splits, 1_000_000);
    }
  }

  @Test
  public void shouldReadEachSplitAtThePrimaryOfItsPartitions() {
    var random = new Random(42);
    var map = randomMap(random);

    for (var split : SplitPlanner.plan(map, 3, 0)) {
      for (var range : split.ranges()) {
        for (int p = map.partitionOf(range.first()); p <= map.partitionOf(range.last()); p++) {
          var host = map.primary(p).map(MapNode::host).orElse(null);
          assertThat(split.getLocations())
              .isEqualTo(host == null ? new String[0] : new String[] {host});
        }
      }
    }
  }

  @Test
  public void shouldMakeAsManySplitsAsAskedFor() {
    var map = roundRobin(3, 64);

    assertThat(SplitPlanner.plan(map, 4, 0)).hasSize(12);
  }

  @Test
  public void shouldCutInsideAPartitionWhereThereAreTooFew() {
    var map = roundRobin(1, 1);

    var splits = SplitPlanner.plan(map, 3, 300);

    assertThat(splits).hasSize(3).allMatch(split -> split.getLength() == 100);
    assertCoversAll(splits, "one partition");
  }

  @Test
  public void shouldCutBetweenPartitionsWhereThereAreEnough() {
    var map = roundRobin(2, 16);

    for (var split : SplitPlanner.plan(map, 3, 0)) {
      for (var range : split.ranges()) {
        assertThat(range.first()).isEqualTo(map.firstHash(map.partitionOf(range.first())));
        assertThat(range.last()).isEqualTo(map.lastHash(map.partitionOf(range.last())));
      }
    }
  }

  @Test
  public void shouldReadAlsoPartitionsWithoutPrimary() {
    var nodes = nodes(1);
    var builder = PartitionMap.builder(1, 2, 1, nodes);
    builder.add(0, 0, ReplicaState.SERVING);
    builder.add(1, 0, ReplicaState.LOADING);
    var map = builder.build();

    var splits = SplitPlanner.plan(map, 1, 0);

    assertThat(splits).hasSize(2);
    assertThat(splits.get(1).nodeId()).isEmpty();
    assertThat(splits.get(1).getLocations()).isEmpty();
    assertCoversAll(splits, "lost partition");
  }

  @Test
  public void shouldTellHowFarAHashIs() {
    var whole = new HashRange(0, -1L);

    assertThat(whole.share()).isEqualTo(1.0);
    assertThat(whole.fractionBefore(0)).isZero();
    assertThat(whole.fractionBefore(1L << 63)).isEqualTo(0.5);
    assertThat(whole.fractionBefore(-1L)).isEqualTo(1.0);
    assertThat(new HashRange(100, 199).fractionBefore(150)).isEqualTo(0.5);
    assertThat(new HashRange(100, 199).fractionBefore(50)).isZero();
    assertThat(new HashRange(100, 199).fractionBefore(-5L)).isEqualTo(1.0);
  }

  private static void assertCoversAll(List<SednaInputSplit> splits, String what) {
    var ranges = new ArrayList<HashRange>();
    splits.forEach(split -> ranges.addAll(split.ranges()));
    ranges.sort(Comparator.comparing(HashRange::first, Long::compareUnsigned));
    assertThat(ranges.get(0).first()).as(what).isZero();
    assertThat(ranges.get(ranges.size() - 1).last()).as(what).isEqualTo(-1L);
    for (int i = 1; i < ranges.size(); i++) {
      assertThat(ranges.get(i).first()).as(what).isEqualTo(ranges.get(i - 1).last() + 1);
    }
    assertThat(new HashSet<>(ranges)).as(what).hasSize(ranges.size());
  }

  private static void assertLengths(List<SednaInputSplit> splits, long total) {
    long sum = splits.stream().mapToLong(SednaInputSplit::getLength).sum();
    assertThat(sum).isBetween(total - splits.size(), total + splits.size());
  }

  private static PartitionMap randomMap(Random random) {
    int partitions = 1 << random.nextInt(9);
    var nodes = nodes(1 + random.nextInt(7));
    var builder = PartitionMap.builder(1 + random.nextInt(100), partitions, 3, nodes);
    for (int p = 0; p < partitions; p++) {
      int replicas = Math.min(nodes.size(), random.nextInt(4));
      int first = random.nextInt(nodes.size());
      for (int i = 0; i < replicas; i++) {
        builder.add(
            p,
            (first + i) % nodes.size(),
            ReplicaState.values()[random.nextInt(ReplicaState.values().length)]);
      }
    }
    return builder.build();
  }

  private static PartitionMap roundRobin(int nodeCount, int partitions) {
    var builder = PartitionMap.builder(1, partitions, 1, nodes(nodeCount));
    for (int p = 0; p < partitions; p++) {
      builder.add(p, p % nodeCount, ReplicaState.SERVING);
    }
    return builder.build();
  }

  private static List<MapNode> nodes(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new MapNode(new NodeId("n" + i), "host" + i, 1, 2, "/r", 1))
        .collect(Collectors.toList());
  }
}
