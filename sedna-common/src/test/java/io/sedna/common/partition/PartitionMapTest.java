// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.id.NodeId;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class PartitionMapTest {
  private static final MapNode A = node("a");
  private static final MapNode B = node("b");
  private static final MapNode C = node("c");

  @Test
  public void shouldCutTheHashSpaceIntoEqualRangesWithoutGaps() {
    for (int log2 = 0; log2 <= 16; log2++) {
      PartitionMap map = empty(1 << log2);

      assertThat(map.firstHash(0)).isZero();
      assertThat(map.lastHash(map.partitions() - 1)).isEqualTo(-1L);
      for (int p = 0; p < map.partitions(); p++) {
        assertThat(map.partitionOf(map.firstHash(p))).isEqualTo(p);
        assertThat(map.partitionOf(map.lastHash(p))).isEqualTo(p);
        if (p > 0) {
          assertThat(map.firstHash(p)).isEqualTo(map.lastHash(p - 1) + 1);
        }
      }
    }
  }

  @Test
  public void shouldTakeTheTopBitsOfAHash() {
    var random = new Random(1);
    PartitionMap map = empty(1024);

    for (int i = 0; i < 1_000; i++) {
      long hash = random.nextLong();
      int partition = map.partitionOf(hash);
      assertThat(partition).isEqualTo((int) (hash >>> 54));
      assertThat(Long.compareUnsigned(hash, map.firstHash(partition))).isGreaterThanOrEqualTo(0);
      assertThat(Long.compareUnsigned(hash, map.lastHash(partition))).isLessThanOrEqualTo(0);
    }
  }

  @Test
  public void shouldKeepReplicasInOrderOfPreference() {
    PartitionMap map =
        PartitionMap.builder(3, 2, 3, List.of(A, B, C))
            .add(0, 2, ReplicaState.FILLING)
            .add(0, 0, ReplicaState.SERVING)
            .add(0, 1, ReplicaState.LOADING)
            .build();

    assertThat(map.replicas(0))
        .containsExactly(
            new Replica(C, ReplicaState.FILLING),
            new Replica(A, ReplicaState.SERVING),
            new Replica(B, ReplicaState.LOADING));
    assertThat(map.replicas(1)).isEmpty();
    assertThat(map.replicaCount(0)).isEqualTo(3);
    assertThat(map.replicaNodeIndex(0, 1)).isZero();
    assertThat(map.replicaState(0, 2)).isEqualTo(ReplicaState.LOADING);
  }

  @Test
  public void shouldHaveTheFirstServingReplicaAsPrimary() {
    PartitionMap map =
        PartitionMap.builder(1, 2, 3, List.of(A, B, C))
            .add(0, 2, ReplicaState.FILLING)
            .add(0, 1, ReplicaState.SERVING)
            .add(0, 0, ReplicaState.SERVING)
            .add(1, 0, ReplicaState.LOADING)
            .build();

    assertThat(map.primary(0)).contains(B);
    assertThat(map.primary(1)).isEmpty();
  }

  @Test
  public void shouldFindNodesAndTheirReplicas() {
    PartitionMap map =
        PartitionMap.builder(1, 1, 3, List.of(A, B)).add(0, 1, ReplicaState.FILLING).build();

    assertThat(map.node(B.id())).contains(B);
    assertThat(map.nodeIndex(B.id())).isEqualTo(1);
    assertThat(map.replicaOn(0, B.id())).contains(ReplicaState.FILLING);
    assertThat(map.replicaOn(0, A.id())).isEmpty();
    assertThat(map.node(C.id())).isEmpty();
    assertThat(map.nodeIndex(C.id())).isEqualTo(-1);
    assertThat(map.replicaOn(0, C.id())).isEmpty();
  }

  @Test
  public void shouldBeEqualOnlyToTheSameMap() {
    PartitionMap map =
        PartitionMap.builder(1, 2, 3, List.of(A)).add(0, 0, ReplicaState.SERVING).build();

    assertThat(map)
        .isEqualTo(
            PartitionMap.builder(1, 2, 3, List.of(A)).add(0, 0, ReplicaState.SERVING).build())
        .hasSameHashCodeAs(
            PartitionMap.builder(1, 2, 3, List.of(A)).add(0, 0, ReplicaState.SERVING).build())
        .isNotEqualTo(
            PartitionMap.builder(2, 2, 3, List.of(A)).add(0, 0, ReplicaState.SERVING).build())
        .isNotEqualTo(
            PartitionMap.builder(1, 4, 3, List.of(A)).add(0, 0, ReplicaState.SERVING).build())
        .isNotEqualTo(
            PartitionMap.builder(1, 2, 2, List.of(A)).add(0, 0, ReplicaState.SERVING).build())
        .isNotEqualTo(
            PartitionMap.builder(1, 2, 3, List.of(B)).add(0, 0, ReplicaState.SERVING).build())
        .isNotEqualTo(
            PartitionMap.builder(1, 2, 3, List.of(A)).add(1, 0, ReplicaState.SERVING).build())
        .isNotEqualTo(
            PartitionMap.builder(1, 2, 3, List.of(A)).add(0, 0, ReplicaState.FILLING).build());
  }

  @Test
  public void shouldRefuseShapesThatAreImpossible() {
    for (int partitions : new int[] {0, -1, 3, 1000, 131_072}) {
      assertThatThrownBy(() -> empty(partitions)).hasMessageContaining(": " + partitions);
    }
    assertThatThrownBy(() -> PartitionMap.builder(0, 1, 3, List.of()))
        .hasMessageContaining("epoch");
    assertThatThrownBy(() -> PartitionMap.builder(1, 1, 0, List.of()))
        .hasMessageContaining("replication");
  }

  @Test
  public void shouldRefuseNodesThatAreNotThere() {
    var builder = PartitionMap.builder(1, 1, 3, List.of(A));

    assertThatThrownBy(() -> builder.add(0, 1, ReplicaState.SERVING))
        .hasMessageContaining("index=1, nodes=1");
    assertThatThrownBy(() -> builder.add(0, -1, ReplicaState.SERVING))
        .hasMessageContaining("index=-1");
  }

  @Test
  public void shouldRefuseTwoReplicasOnOneNode() {
    var builder =
        PartitionMap.builder(1, 1, 3, List.of(A, B))
            .add(0, 1, ReplicaState.SERVING)
            .add(0, 1, ReplicaState.FILLING);

    assertThatThrownBy(builder::build).hasMessageContaining("partition=0, node=b");
  }

  @Test
  public void shouldRefuseANodeNamedTwice() {
    var builder = PartitionMap.builder(1, 1, 3, List.of(A, B, node("a")));

    assertThatThrownBy(builder::build).hasMessageContaining("node twice in the map: a");
  }

  private static PartitionMap empty(int partitions) {
    return PartitionMap.builder(1, partitions, 3, List.of()).build();
  }

  private static MapNode node(String id) {
    return new MapNode(new NodeId(id), id + ".example.com", 7720, 7721, MapNode.DEFAULT_RACK, 1);
  }
}
