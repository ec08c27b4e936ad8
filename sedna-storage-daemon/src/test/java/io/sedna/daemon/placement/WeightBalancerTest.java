// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.Test;

public class WeightBalancerTest {
  private static final int PARTITIONS = 128;
  private static final int NODES = 8;
  private static final int COPIES = 2;

  private final Cluster cluster = new Cluster().join(0, NODES, 1).create(PARTITIONS, COPIES);
  private Weights weights = Weights.NONE;
  private int mostUnderWay;

  /** Plans and reports filled until nothing changes. */
  private int settle() {
    PartitionMap first = cluster.map;
    PartitionMap before = null;
    for (int rounds = 0; before != cluster.map; rounds++) {
      assertThat(rounds).isLessThan(200);
      before = cluster.map;
      cluster.map = Placement.plan(cluster.input().filled(cluster.filling()).weights(weights));
      mostUnderWay = Math.max(mostUnderWay, cluster.count(ReplicaState.FILLING));
    }
    int moved = 0;
    for (int p = 0; p < PARTITIONS; p++) {
      for (int i = 0; i < COPIES; i++) {
        moved += first.replicaOn(p, cluster.map.replicas(p).get(i).node().id()).isEmpty() ? 1 : 0;
      }
    }
    return moved;
  }

  private double[] carried() {
    double[] carried = new double[NODES];
    for (int p = 0; p < PARTITIONS; p++) {
      for (int i = 0; i < cluster.map.replicaCount(p); i++) {
        carried[cluster.map.replicaNodeIndex(p, i)] += weights.of(p);
      }
    }
    return carried;
  }

  private double heaviest() {
    return Arrays.stream(carried()).max().getAsDouble()
        / Arrays.stream(carried()).average().getAsDouble();
  }

  /** What one node holds is so many times as heavy as the rest. */
  private void weighDown(double factor) {
    double[] each = new double[PARTITIONS];
    Arrays.setAll(
        each,
        p -> (1 + p % 3) * (cluster.map.replicaOn(p, Cluster.id(0)).isPresent() ? factor : 1));
    weights = new Weights(each, false);
  }

  @Test
  public void shouldRelieveAHeavyNodeByExchanges() {
    weighDown(4);
    double before = heaviest();

    int moved = settle();

    assertThat(before).isGreaterThan(2);
    assertThat(heaviest()).isLessThan(1.26);
    assertThat(moved).isBetween(4, 30);
    assertThat(mostUnderWay).isBetween(1, 4);
    assertThat(cluster.replicasByNode()).containsOnly(PARTITIONS * COPIES / NODES);
    assertThat(settle()).isZero();
  }

  @Test
  public void shouldMoveNothingForALittle() {
    weighDown(1.15);

    assertThat(settle()).isZero();

    weights = weights.eager(true);
    settle();

    assertThat(heaviest()).isLessThan(1.08);
  }

  @Test
  public void shouldLeaveAloneWhatCannotBeHelped() {
    double[] one = new double[PARTITIONS];
    one[5] = 1;
    weights = new Weights(one, true);

    assertThat(settle()).isZero();
  }

  @Test
  public void shouldEvenOutNumbersBeforeWeights() {
    weighDown(3);
    cluster.join(NODES, "/rack-0");

    PartitionMap map = Placement.plan(cluster.input().weights(weights));

    assertThat(IntStream.range(0, PARTITIONS).map(map::replicaCount).sum())
        .isEqualTo(PARTITIONS * COPIES + PARTITIONS * COPIES / (NODES + 1));
  }

  @Test
  public void shouldCountOnlyWhatThereIsMuchOf() {
    long[] none = new long[PARTITIONS];
    long[] little = new long[PARTITIONS];
    little[0] = 1 << 20;
    double[] operations = new double[PARTITIONS];
    operations[0] = 100;

    assertThat(Weights.of(none, little, operations).known()).isFalse();

    little[1] = 1 << 30;
    operations[2] = 1;
    Weights some = Weights.of(none, little, operations);

    assertThat(some.known()).isTrue();
    assertThat(some.of(1)).isGreaterThan(0.99);
    assertThat(some.of(2)).isZero();
  }
}
