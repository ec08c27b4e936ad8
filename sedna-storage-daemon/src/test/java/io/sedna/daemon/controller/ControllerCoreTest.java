// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.Test;

public class ControllerCoreTest {
  private static final long DELAY_MS = 1000;
  private static final long WAIT_MS = 5000;
  private static final int PARTITIONS = 16;

  private final ControllerSettings settings =
      new ControllerSettings("test", PARTITIONS, 2, 2, WAIT_MS, DELAY_MS, Optional.empty());
  private ControllerCore core = new ControllerCore(settings, Optional.empty(), 0);

  private static MapNode node(String id, long incarnation) {
    return new MapNode(new NodeId(id), "host-" + id, 1, 2, "/rack", incarnation);
  }

  private static List<MapNode> nodes(String... ids) {
    var nodes = new ArrayList<MapNode>();
    for (String id : ids) {
      nodes.add(node(id, 1));
    }
    return nodes;
  }

  private boolean step(long nowMs) {
    Optional<PartitionMap> next = core.next(nowMs);
    next.ifPresent(core::committed);
    return next.isPresent();
  }

  private PartitionMap map() {
    return core.map().orElseThrow();
  }

  private int count(ReplicaState state) {
    return (int)
        IntStream.range(0, PARTITIONS)
            .mapToLong(p -> map().replicas(p).stream().filter(r -> r.state() == state).count())
            .sum();
  }

  private void reportAllFilled(String id, long incarnation, long epoch) {
    core.filled(
        new NodeId(id), incarnation, epoch, IntStream.range(0, PARTITIONS).boxed().toList());
  }

  @Test
  public void shouldWaitForTheInitialDaemons() {
    core.membersAre(nodes("a"), 0);

    assertThat(step(10)).isFalse();

    core.membersAre(nodes("a", "b"), 20);

    assertThat(step(20)).isTrue();
    assertThat(map().nodes()).hasSize(2);
  }

  @Test
  public void shouldNotWaitForTheInitialDaemonsForEver() {
    core.membersAre(nodes("a"), 0);

    assertThat(step(WAIT_MS - 1)).isFalse();
    assertThat(core.wakeAtMs(WAIT_MS - 1)).hasValue(WAIT_MS);
    assertThat(step(WAIT_MS)).isTrue();
  }

  @Test
  public void shouldGatherArrivalsBeforeItMovesPartitions() {
    core.membersAre(nodes("a", "b"), 0);
    step(0);
    core.membersAre(nodes("a", "b", "c"), 5000);
    step(5000);
    core.membersAre(nodes("a", "b", "c", "d"), 5500);
    step(5500);

    assertThat(count(ReplicaState.FILLING)).isZero();
    assertThat(step(5000 + DELAY_MS)).isFalse();
    assertThat(step(5500 + DELAY_MS)).isTrue();
    assertThat(count(ReplicaState.FILLING)).isEqualTo(16);
  }

  @Test
  public void shouldActAtOnceOnALoss() {
    core.membersAre(nodes("a", "b", "c"), 0);
    step(0);

    core.membersAre(nodes("a", "b"), 5000);

    assertThat(step(5000)).isTrue();
    assertThat(IntStream.range(0, PARTITIONS)).allMatch(p -> map().primary(p).isPresent());
    assertThat(count(ReplicaState.FILLING)).isPositive();
  }

  @Test
  public void shouldLetReportedReplicasServe() {
    core.membersAre(nodes("a", "b", "c"), 0);
    step(0);
    core.membersAre(nodes("a", "b"), 5000);
    step(5000);

    reportAllFilled("a", 1, map().epoch());
    reportAllFilled("b", 1, map().epoch());

    assertThat(step(5001)).isTrue();
    assertThat(count(ReplicaState.SERVING)).isEqualTo(2 * PARTITIONS);
  }

  @Test
  public void shouldForgetReportsOfAnotherRunOrAnEarlierReplica() {
    core.membersAre(nodes("a", "b", "c"), 0);
    step(0);
    long before = map().epoch();
    core.membersAre(nodes("a", "b"), 5000);
    step(5000);

    reportAllFilled("a", 7, map().epoch());
    reportAllFilled("a", 1, before);

    assertThat(step(5001)).isFalse();
  }

  @Test
  public void shouldGoOnWhereAnotherControllerStopped() {
    core.membersAre(nodes("a", "b", "c"), 0);
    step(0);
    core.membersAre(nodes("a", "b"), 5000);
    step(5000);
    PartitionMap left = map();

    core = new ControllerCore(settings, Optional.of(left), 6000);
    core.membersAre(nodes("a", "b"), 6000);

    assertThat(step(6000)).isFalse();

    reportAllFilled("a", 1, left.epoch());
    reportAllFilled("b", 1, left.epoch());

    assertThat(step(6001)).isTrue();
    assertThat(count(ReplicaState.SERVING)).isEqualTo(2 * PARTITIONS);
  }

  @Test
  public void shouldWaitForDaemonsThatVanishedTogether() {
    core.membersAre(nodes("a", "b", "c"), 0);
    step(0);
    PartitionMap before = map();

    core.membersAre(nodes("c"), 5000);
    step(5000);

    assertThat(count(ReplicaState.LOADING)).isZero();

    core.membersAre(nodes("a", "b", "c"), 5100);
    step(5100);
    step(5100 + DELAY_MS);

    assertThat(core.lost()).isEmpty();
    assertThat(IntStream.range(0, PARTITIONS)).allMatch(p -> map().primary(p).isPresent());
    assertThat(map().nodes()).isEqualTo(before.nodes());
  }

  @Test
  public void shouldGiveUpDaemonsThatStayAway() {
    core.membersAre(nodes("a", "b", "c"), 0);
    step(0);
    core.membersAre(nodes("c"), 5000);
    step(5000);

    assertThat(core.wakeAtMs(5000)).hasValue(5000 + DELAY_MS);
    assertThat(step(5000 + DELAY_MS)).isTrue();
    assertThat(core.lost()).isNotEmpty();
  }

  @Test
  public void shouldServeWhatWasLoadedUnlessItsReplicasChangedMeanwhile() {
    core.membersAre(nodes("a", "b"), 0);
    step(0);
    core.membersAre(List.of(node("a", 2), node("b", 2)), 5000);
    step(5000);
    Set<Integer> lost = core.lost();
    ControllerCore.LoadOrdered order = core.orderLoad(lost);

    assertThat(lost).hasSize(PARTITIONS);

    core.membersAre(List.of(node("a", 2), node("b", 3)), 6000);
    step(6000);
    core.loaded(order, lost);
    step(6001);

    assertThat(core.lost()).isEqualTo(lost);

    core.loaded(core.orderLoad(lost), lost);

    assertThat(step(6002)).isTrue();
    assertThat(core.lost()).isEmpty();
  }

  @Test
  public void shouldNotLetTheFirstOfARestartedInstanceTakeAll() {
    core.membersAre(nodes("a", "b"), 0);
    step(0);

    core = new ControllerCore(settings, core.map(), 9000);
    core.membersAre(List.of(node("a", 2)), 9000);

    assertThat(step(9000)).isFalse();

    core.membersAre(List.of(node("a", 2), node("b", 2)), 9100);

    assertThat(step(9100)).isTrue();
    assertThat(count(ReplicaState.LOADING)).isEqualTo(2 * PARTITIONS);
  }

  @Test
  public void shouldAskForNothingTwice() {
    core.membersAre(nodes("a", "b"), 0);
    step(0);

    assertThat(step(1)).isFalse();
    core.membersAre(nodes("a", "b"), 2);
    assertThat(step(2)).isFalse();
    assertThat(core.wakeAtMs(100_000)).isEmpty();
  }
}
