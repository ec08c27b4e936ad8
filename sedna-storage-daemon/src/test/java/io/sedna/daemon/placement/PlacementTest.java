// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.partition.ReplicaState;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class PlacementTest {

  @Test
  public void shouldServeAllOfANewInstanceAtOnce() {
    var cluster = new Cluster().join(0, 3, 1).create(64, 3);

    assertThat(cluster.map.epoch()).isEqualTo(1);
    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(192);
    assertThat(cluster.primariesByNode()).containsOnly(21, 22);
  }

  @Test
  public void shouldKeepFewerCopiesWhereThereAreFewNodes() {
    var cluster = new Cluster().join(0, 2, 1).create(64, 3);

    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(128);
  }

  @Test
  public void shouldAnswerTheSameMapWhenNothingChanged() {
    var cluster = new Cluster().join(0, 5, 2).create(64, 3);
    PartitionMap before = cluster.map;

    assertThat(cluster.plan()).isSameAs(before);
  }

  @Test
  public void shouldMakeNextServingReplicaPrimaryAndCopyElsewhereWhenANodeIsLost() {
    var cluster = new Cluster().join(0, 4, 1).create(64, 3);
    PartitionMap before = cluster.map;

    cluster.lose(2).plan();

    assertThat(cluster.map.epoch()).isEqualTo(before.epoch() + 1);
    for (int p = 0; p < 64; p++) {
      assertThat(cluster.map.primary(p)).isPresent();
      assertThat(cluster.replicas(p)).hasSize(3);
      assertThat(cluster.map.primary(p).get().id()).isNotEqualTo(Cluster.id(2));
    }
    assertThat(cluster.count(ReplicaState.FILLING)).isEqualTo(48);
  }

  @Test
  public void shouldKeepOldOwnerUntilNewcomerServes() {
    var cluster = new Cluster().join(0, 3, 1).create(64, 3);

    cluster.join(3, "/rack-0").plan();

    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(192);
    assertThat(cluster.count(ReplicaState.FILLING)).isEqualTo(48);

    cluster.ready();

    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(192);
    assertThat(cluster.replicasByNode()).containsOnly(48);
    assertThat(cluster.primariesByNode()).containsOnly(16);
  }

  @Test
  public void shouldNotMoveToNewcomersWhileRebalancingIsDelayed() {
    var cluster = new Cluster().join(0, 3, 1).create(64, 3);

    cluster.map = Placement.plan(cluster.join(3, "/rack-0").input().rebalance(false));

    assertThat(cluster.map.nodes()).hasSize(4);
    assertThat(cluster.count(ReplicaState.FILLING)).isZero();
  }

  @Test
  public void shouldMoveEverythingAwayFromADrainingNode() {
    var cluster = new Cluster().join(0, 4, 1).create(64, 3);
    cluster.draining.add(Cluster.id(1));

    cluster.plan();

    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(192);
    assertThat(cluster.primariesByNode()[1]).isZero();

    cluster.ready();

    assertThat(cluster.replicasByNode()[1]).isZero();
    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(192);
  }

  @Test
  public void shouldMoveNothingWhenADrainIsTakenBack() {
    var cluster = new Cluster().join(0, 5, 1).create(64, 3);
    cluster.draining.add(Cluster.id(1));
    cluster.plan();

    cluster.draining.clear();
    cluster.plan();

    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(192);
    assertThat(cluster.count(ReplicaState.FILLING)).isZero();
  }

  @Test
  public void shouldNotTrustWhatAnEarlierRunOfANodeHeld() {
    var cluster = new Cluster().join(0, 3, 1).create(64, 3);

    cluster.join(1, "/rack-0").plan();

    for (int p = 0; p < 64; p++) {
      assertThat(cluster.map.replicaOn(p, Cluster.id(1))).contains(ReplicaState.FILLING);
    }
  }

  @Test
  public void shouldLoadAPartitionWhoseReplicasAreAllLost() {
    var cluster = new Cluster().join(0, 3, 1).create(64, 2);
    List<Replica> lost = cluster.replicas(7);

    lost.forEach(replica -> cluster.live.remove(replica.node().id()));
    cluster.plan();

    assertThat(cluster.replicas(7)).hasSize(1);
    assertThat(cluster.replicas(7).get(0).state()).isEqualTo(ReplicaState.LOADING);
    assertThat(cluster.map.primary(7)).isEmpty();

    var seven = new BitSet();
    seven.set(7);
    cluster.ready(Map.of(), seven);

    assertThat(cluster.map.primary(7)).isPresent();
  }

  @Test
  public void shouldNotAddACopyWhileAPartitionIsLoading() {
    var cluster = new Cluster().join(0, 1, 1).create(8, 2);
    cluster.join(0, "/rack-0").plan();

    cluster.join(1, "/rack-0").plan();

    assertThat(cluster.count(ReplicaState.LOADING)).isEqualTo(8);

    cluster.ready(Map.of(), cluster.loading());

    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(8);
    assertThat(cluster.count(ReplicaState.FILLING)).isEqualTo(8);
  }

  @Test
  public void shouldWaitForVanishedNodesThatAloneHeldAPartition() {
    var cluster = new Cluster().join(0, 4, 1).create(64, 2);
    var vanished = cluster.live.remove(Cluster.id(1));
    var alsoVanished = cluster.live.remove(Cluster.id(2));

    cluster.map = Placement.plan(cluster.input().declareLost(false));

    assertThat(cluster.count(ReplicaState.LOADING)).isZero();
    assertThat(cluster.map.nodes()).contains(vanished, alsoVanished);

    cluster.live.put(vanished.id(), vanished);
    cluster.live.put(alsoVanished.id(), alsoVanished);
    cluster.settle();

    assertThat(cluster.count(ReplicaState.LOADING)).isZero();
    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(128);
  }

  @Test
  public void shouldNotWaitForANodeThatRunsAnew() {
    var cluster = new Cluster().join(0, 1, 1).create(8, 1);

    cluster.join(0, "/rack-0");
    cluster.map = Placement.plan(cluster.input().declareLost(false));

    assertThat(cluster.count(ReplicaState.LOADING)).isEqualTo(8);
  }

  @Test
  public void shouldUseTwoRacksAsSoonAsThereAreTwo() {
    var cluster = new Cluster().join(0, 4, 1).create(64, 2);

    cluster.join(4, "/other").settle();

    for (int p = 0; p < 64; p++) {
      assertThat(cluster.map.replicaOn(p, Cluster.id(4))).contains(ReplicaState.SERVING);
    }
    int[] others = Arrays.copyOf(cluster.replicasByNode(), 4);
    assertThat(others).containsOnly(16);
  }

  @Test
  public void shouldKeepReplicasWhereAllNodesDrain() {
    var cluster = new Cluster().join(0, 3, 1).create(16, 3);
    PartitionMap before = cluster.map;

    cluster.draining.addAll(cluster.live.keySet());

    assertThat(cluster.plan()).isSameAs(before);
  }

  @Test
  public void shouldMoveASingleCopyWithoutALapse() {
    var cluster = new Cluster().join(0, 1, 1).create(16, 1);

    cluster.join(1, "/rack-0").plan();

    assertThat(cluster.count(ReplicaState.SERVING)).isEqualTo(16);
    assertThat(cluster.count(ReplicaState.FILLING)).isEqualTo(8);
    assertThat(cluster.ready().nodes()).hasSize(2);
    assertThat(cluster.primariesByNode()).containsOnly(8);
  }

  @Test
  public void shouldRefuseToPlaceOnNoNodes() {
    var input = PlacementInput.first(16, 3, List.of());

    assertThatThrownBy(() -> Placement.plan(input))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no nodes");
  }
}
