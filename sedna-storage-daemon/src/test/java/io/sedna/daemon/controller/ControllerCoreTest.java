// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import java.util.ArrayList;
import java.util.Arrays;
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

  private List<Integer> reportAllFilled(String id, long incarnation, long epoch) {
    return core.filled(
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
    List<Integer> anew =
        IntStream.range(0, PARTITIONS)
            .filter(p -> state(p, "a").equals(Optional.of(ReplicaState.FILLING)))
            .boxed()
            .toList();
    assertThat(anew).isNotEmpty();
    assertThat(reportAllFilled("a", 1, before)).isEqualTo(anew);

    assertThat(step(5001)).isFalse();
    assertThat(reportAllFilled("a", 1, map().epoch())).isEmpty();
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

  private void report(String reporter, String... suspects) {
    report(reporter, map().epoch(), 0, suspects);
  }

  private void report(String reporter, long epoch, long nowMs, String... suspects) {
    core.unreachable(
        new NodeId(reporter), epoch, Arrays.stream(suspects).map(NodeId::new).toList(), nowMs);
  }

  private void knowMap(String... ids) {
    for (String id : ids) {
      core.knowsMap(new NodeId(id), 1, map().epoch());
    }
  }

  private List<Integer> partitionsOf(String primary) {
    return IntStream.range(0, PARTITIONS)
        .filter(p -> map().primary(p).orElseThrow().id().value().equals(primary))
        .boxed()
        .toList();
  }

  /** Three nodes, all of which hold everything. */
  private void threeOfThree() {
    core =
        new ControllerCore(
            new ControllerSettings("test", PARTITIONS, 3, 3, WAIT_MS, DELAY_MS, Optional.empty()),
            Optional.empty(),
            0);
    core.membersAre(nodes("a", "b", "c"), 0);
    step(0);
  }

  private Optional<ReplicaState> state(int partition, String node) {
    return map().replicaOn(partition, new NodeId(node));
  }

  @Test
  public void shouldLetWhatDoesNotAnswerItsPrimaryCatchUp() {
    threeOfThree();
    List<Integer> ofA = partitionsOf("a");

    report("a", "b");

    assertThat(step(1)).isTrue();
    for (int p = 0; p < PARTITIONS; p++) {
      assertThat(state(p, "b"))
          .contains(ofA.contains(p) ? ReplicaState.OUT_OF_SYNC : ReplicaState.SERVING);
      assertThat(state(p, "c")).contains(ReplicaState.SERVING);
    }
    assertThat(partitionsOf("a")).isEqualTo(ofA);
    long end = 1 + Suspicions.FIRST_BACK_OFF_MS;
    core.filled(new NodeId("b"), 1, map().epoch(), ofA);
    assertThat(step(end - 1)).isFalse();

    assertThat(step(end)).isTrue();
    ofA.forEach(p -> assertThat(state(p, "b")).contains(ReplicaState.CATCHING_UP));

    core.filled(new NodeId("b"), 1, map().epoch(), ofA);

    assertThat(step(end + 1)).isTrue();
    assertThat(count(ReplicaState.SERVING)).isEqualTo(3 * PARTITIONS);
  }

  @Test
  public void shouldDropAFillingReplicaThatDoesNotAnswerAndPlaceItLater() {
    threeOfThree();
    core.membersAre(List.of(node("a", 1), node("b", 2), node("c", 1)), 5000);
    step(5000);
    int p = partitionsOf("a").get(0);
    assertThat(state(p, "b")).contains(ReplicaState.FILLING);
    report("a", map().epoch(), 5001, "b");

    assertThat(step(5001)).isTrue();
    assertThat(state(p, "b")).isEmpty();
    long end = 5001 + Suspicions.FIRST_BACK_OFF_MS;
    assertThat(step(end - 1)).isFalse();
    assertThat(step(end)).isTrue();
    assertThat(state(p, "b")).contains(ReplicaState.FILLING);
  }

  @Test
  public void shouldReplaceWhatDoesNotAnswerAgainAndKeepItUntilThen() {
    threeOfThree();
    report("a", map().epoch(), 2, "b");
    step(2);
    long end = 2 + Suspicions.FIRST_BACK_OFF_MS;
    core.membersAre(nodes("a", "b", "c", "d"), end);
    step(end);
    int p =
        partitionsOf("a").stream()
            .filter(a -> state(a, "b").equals(Optional.of(ReplicaState.CATCHING_UP)))
            .findFirst()
            .orElseThrow();
    assertThat(state(p, "d")).isEmpty();

    report("a", map().epoch(), end + 1, "b");

    assertThat(step(end + 1)).isTrue();
    assertThat(state(p, "b")).contains(ReplicaState.OUT_OF_SYNC);
    assertThat(state(p, "d")).contains(ReplicaState.FILLING);

    core.filled(new NodeId("d"), 1, map().epoch(), List.of(p));

    assertThat(step(end + 2)).isTrue();
    assertThat(state(p, "b")).isEmpty();
    assertThat(state(p, "d")).contains(ReplicaState.SERVING);
  }

  @Test
  public void shouldWaitLongerEachTimeThatANodeDoesNotAnswer() {
    threeOfThree();
    int p = partitionsOf("a").get(0);
    long nowMs = 5000;
    long waitedMs = 0;
    for (int round = 0; round < 4; round++) {
      report("a", map().epoch(), nowMs, "b");
      step(nowMs);
      assertThat(state(p, "b")).contains(ReplicaState.OUT_OF_SYNC);
      long before = waitedMs;
      waitedMs = core.wakeAtMs(nowMs).orElseThrow() - nowMs;
      nowMs += waitedMs;
      step(nowMs);

      assertThat(waitedMs)
          .isGreaterThan(before)
          .isLessThanOrEqualTo(Suspicions.LONGEST_BACK_OFF_MS);
      assertThat(state(p, "b")).contains(ReplicaState.CATCHING_UP);
    }
  }

  @Test
  public void shouldRefuseReportsOfAnOldMapAndThoseOfNoPrimary() {
    core.membersAre(nodes("a", "b", "c"), 0);
    step(0);
    long before = map().epoch();
    core.membersAre(nodes("a", "b", "c", "d"), 5000);
    step(5000);
    PartitionMap map = map();

    assertThatThrownBy(() -> report("a", before, 5001, "b"))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("epoch " + map.epoch());
    report("d", "a");
    report("e", "a");
    report("a", "a", "e");

    assertThat(step(5002)).isFalse();
    assertThat(map()).isSameAs(map);
  }

  @Test
  public void shouldPassPartitionsOnFromAPrimaryThatReachesNobody() {
    threeOfThree();
    List<Integer> ofA = partitionsOf("a");

    report("a", "b", "c");

    assertThat(step(1)).isTrue();
    assertThat(partitionsOf("a")).isEmpty();
    assertThat(count(ReplicaState.SERVING)).isEqualTo(3 * PARTITIONS);

    // Those that follow it do not reach it either: it has to have heard of the change first.
    report("b", "a");
    report("c", "a");
    step(2);

    ofA.forEach(p -> assertThat(state(p, "a")).contains(ReplicaState.SERVING));

    knowMap("a");
    report("b", "a");
    report("c", "a");

    assertThat(step(3)).isTrue();
    ofA.forEach(p -> assertThat(state(p, "a")).contains(ReplicaState.OUT_OF_SYNC));
  }

  @Test
  public void shouldBelieveAPrimaryWhereNobodyElseCouldFollowIt() {
    threeOfThree();
    List<Integer> ofA = partitionsOf("a");
    report("b", "a");
    report("b", "c");
    step(1);
    report("c", "a", "b");
    step(2);
    knowMap("a", "b", "c");

    report("a", "b", "c");

    assertThat(step(3)).isTrue();
    ofA.stream()
        .filter(partitionsOf("a")::contains)
        .forEach(p -> assertThat(map().replicas(p).get(0).node().id().value()).isEqualTo("a"));
  }

  @Test
  public void shouldNotDropAPrimaryBeforeItKnowsItsSuccessor() {
    core =
        new ControllerCore(
            new ControllerSettings("test", PARTITIONS, 1, 1, WAIT_MS, DELAY_MS, Optional.empty()),
            Optional.empty(),
            0);
    core.membersAre(nodes("a"), 0);
    step(0);
    core.membersAre(nodes("a", "b"), 5000);
    step(5000 + DELAY_MS);
    reportAllFilled("b", 1, map().epoch());
    step(6001);
    List<Integer> moved = partitionsOf("b");

    assertThat(moved).hasSize(PARTITIONS / 2);
    moved.forEach(p -> assertThat(state(p, "a")).contains(ReplicaState.SERVING));
    assertThat(core.toAskForMap()).containsExactly(node("a", 1));
    core.drainingAre(Set.of());
    assertThat(step(6002)).isFalse();

    core.knowsMap(new NodeId("a"), 1, map().epoch() - 1);
    assertThat(step(6003)).isFalse();

    knowMap("a");

    assertThat(core.toAskForMap()).isEmpty();
    assertThat(step(6004)).isTrue();
    moved.forEach(p -> assertThat(state(p, "a")).isEmpty());
  }

  @Test
  public void shouldAskEverybodyWhatItKnowsWhenAnotherControllerStopped() {
    threeOfThree();

    core = new ControllerCore(settings, core.map(), 100);
    core.membersAre(nodes("a", "b", "c"), 100);
    assertThat(core.toAskForMap()).hasSize(3);
    report("a", "b");

    assertThat(step(101)).isFalse();

    knowMap("a", "b", "c");
    report("a", "b");

    assertThat(core.toAskForMap()).isEmpty();
    assertThat(step(102)).isTrue();
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
