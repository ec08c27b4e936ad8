// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.partition.PartitionMapCodec;
import io.sedna.common.partition.ReplicaState;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.BeforeClass;
import org.junit.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The largest instance that Sedna is made for: 5,000 nodes in 50 racks, 65,536 partitions, N = 3.
 */
public class PlacementScaleTest {
  private static final Logger LOG = LoggerFactory.getLogger(PlacementScaleTest.class);
  private static final int NODES = 5_000;
  private static final int PARTITIONS = 65_536;
  private static final int LOST = 1_234;

  private static Cluster cluster;
  private static int share;
  private static int copiedAfterLoss;

  @BeforeClass
  public static void loseOneNode() {
    cluster = new Cluster().join(0, NODES, 50);
    timed("first map", () -> cluster.create(PARTITIONS, 3));
    share = cluster.replicasByNode()[cluster.map.nodeIndex(Cluster.id(LOST))];
    timed("after one lost node", () -> cluster.lose(LOST).plan());
    copiedAfterLoss = cluster.count(ReplicaState.FILLING);
    timed("after all are filled", () -> cluster.ready());
  }

  private static void timed(String what, Runnable work) {
    long startNs = System.nanoTime();
    work.run();
    LOG.info("{}: {} ms", what, (System.nanoTime() - startNs) / 1_000_000);
  }

  @Test
  public void shouldKeepEncodedMapBelowOneMegabyte() {
    assertThat(PartitionMapCodec.encode(cluster.map).length).isLessThan(1_000_000);
  }

  @Test
  public void shouldKeepEveryNodeNearTheMean() {
    double mean = 3.0 * PARTITIONS / (NODES - 1);

    assertThat(Arrays.stream(cluster.replicasByNode()).max().getAsInt())
        .isLessThanOrEqualTo((int) (1.05 * mean));
  }

  @Test
  public void shouldMoveLittleMoreThanTheShareOfTheLostNode() {
    assertThat(copiedAfterLoss).isBetween(share, (int) (1.1 * share));
    assertThat(cluster.count(ReplicaState.FILLING)).isZero();
  }

  @Test
  public void shouldSpreadPrimaries() {
    double mean = (double) PARTITIONS / (NODES - 1);

    assertThat(Arrays.stream(cluster.primariesByNode()).max().getAsInt())
        .isLessThanOrEqualTo((int) mean + 2);
  }

  @Test
  public void shouldScatterCopiesOfANode() {
    int node = cluster.map.nodeIndex(Cluster.id(1));
    long partners =
        IntStream.range(0, PARTITIONS)
            .filter(p -> cluster.map.replicaOn(p, Cluster.id(1)).isPresent())
            .flatMap(
                p ->
                    IntStream.range(0, cluster.map.replicaCount(p))
                        .map(i -> cluster.map.replicaNodeIndex(p, i)))
            .filter(other -> other != node)
            .distinct()
            .count();

    assertThat(partners).isGreaterThan(60);
  }
}
