// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.Test;

public class SlotTableTest {
  private static final long PLACEMENT_WAIT_MS = 15_000;
  private static final long PATIENCE_MS = 5_000;
  private static final long RESTART_MAX_MS = 60_000;

  private final List<CandidateNode> nodes =
      new ArrayList<>(List.of(node(1, "/a"), node(2, "/a"), node(3, "/b")));
  private SlotTable table = table(false);
  private long nowMs = 1_000_000;
  private int containers;

  @Test
  public void shouldAskForDistinctNodesOnBothRacks() {
    table.setDesired(3);

    var requests = requests(tick());

    assertThat(requests).extracting(SlotAction.Request::slot).containsExactly(1, 2, 3);
    assertThat(requests).extracting(r -> r.node().id()).doesNotHaveDuplicates();
    assertThat(requests.subList(0, 2)).extracting(r -> r.node().rack()).containsOnly("/a", "/b");
  }

  @Test
  public void shouldWithdrawWhatWasGrantedAndLaunchIt() {
    table.setDesired(1);
    var request = requests(tick()).get(0);

    var actions = grant(request);

    assertThat(actions)
        .containsExactly(
            new SlotAction.Withdraw(1),
            new SlotAction.Launch(1, new HeldContainer("c1", request.node().id())));
    assertThat(tick()).isEmpty();
  }

  @Test
  public void shouldGiveBackContainersNobodyAskedFor() {
    table.setDesired(1);
    run(1);

    var actions = table.allocated(1, new HeldContainer("extra", "host3:1"), nowMs);

    assertThat(actions)
        .containsExactly(new SlotAction.Release(new HeldContainer("extra", "host3:1")));
  }

  @Test
  public void shouldRefuseASecondDaemonOnANode() {
    table.setDesired(2);
    var requests = requests(tick());
    grant(requests.get(0));

    var actions = table.allocated(2, new HeldContainer("same", requests.get(0).node().id()), nowMs);

    assertThat(actions)
        .contains(new SlotAction.Release(new HeldContainer("same", requests.get(0).node().id())));
    assertThat(requests(tick())).extracting(SlotAction.Request::slot).containsExactly(2);
  }

  @Test
  public void shouldAskAnotherNodeWhenOneIsBusy() {
    table.setDesired(1);
    var first = requests(tick()).get(0).node();
    nowMs += PATIENCE_MS;

    var actions = tick();

    assertThat(actions.get(0)).isEqualTo(new SlotAction.Withdraw(1));
    assertThat(requests(actions).get(0).node()).isNotEqualTo(first);
  }

  @Test
  public void shouldAskAnotherNodeAtOnceWhenOneIsGone() {
    table.setDesired(1);
    var first = requests(tick()).get(0).node();
    nodes.remove(first);

    assertThat(requests(tick())).extracting(SlotAction.Request::node).doesNotContain(first);
  }

  @Test
  public void shouldWaitForANodeRatherThanShareOne() {
    table.setDesired(4);
    runAll();
    nowMs += 10 * PLACEMENT_WAIT_MS;

    assertThat(requests(tick())).isEmpty();
    assertThat(table.view().get(3).note()).contains("no node without a daemon");
    nodes.add(node(4, "/b"));
    assertThat(requests(tick())).extracting(r -> r.node().id()).containsExactly("host4:1");
  }

  @Test
  public void shouldShareANodeAfterAWhileWhereAllowed() {
    table = table(true);
    table.setDesired(4);
    runAll();
    assertThat(requests(tick())).isEmpty();

    nowMs += PLACEMENT_WAIT_MS;
    var requests = requests(tick());
    var actions = grant(requests.get(0));

    assertThat(actions).anyMatch(SlotAction.Launch.class::isInstance);
    assertThat(table.view().get(3).note()).contains("shares its node");
  }

  @Test
  public void shouldBackOffAfterEachFailureInARowButNeverGiveUp() {
    table.setDesired(1);
    var pauses = new ArrayList<Long>();

    for (var i = 0; i < 20; i++) {
      var container = run(1);
      table.completed(container, true, "ended with 1", nowMs);
      var lost = nowMs;
      while (requests(tick()).isEmpty()) {
        nowMs += 500;
      }
      pauses.add(nowMs - lost);
      // Taken back, so that run() can ask again.
      grantPending(1);
      table.completed("c" + containers, false, "preempted", nowMs);
    }

    assertThat(pauses.subList(0, 4)).containsExactly(1_000L, 2_000L, 4_000L, 8_000L);
    assertThat(pauses.get(19)).isEqualTo(RESTART_MAX_MS);
  }

  @Test
  public void shouldNotPauseAfterPreemptionOrALostNode() {
    table.setDesired(1);
    var container = run(1);

    table.completed(container, false, "preempted", nowMs);

    assertThat(requests(tick())).hasSize(1);
  }

  @Test
  public void shouldForgetFailuresOfADaemonThatLivedLong() {
    table.setDesired(1);
    for (var i = 0; i < 5; i++) {
      table.completed(run(1), true, "ended with 1", nowMs);
      nowMs += RESTART_MAX_MS;
    }
    var container = run(1);
    nowMs += RESTART_MAX_MS + 1;
    table.completed(container, true, "killed", nowMs);
    nowMs += 1_000;

    assertThat(requests(tick())).hasSize(1);
  }

  @Test
  public void shouldTryAnotherNodeForADaemonThatKeepsDying() {
    table.setDesired(1);
    var home = requests(tick()).get(0).node();
    for (var i = 0; i < 3; i++) {
      var container = grantPending(1);
      table.completed(container, true, "ended with 1", nowMs);
      nowMs += RESTART_MAX_MS;
      if (i < 2) {
        assertThat(requests(tick()).get(0).node()).isEqualTo(home);
      }
    }

    assertThat(requests(tick()).get(0).node()).isNotEqualTo(home);
  }

  @Test
  public void shouldAdoptContainersAndAskOnlyForTheRestAfterTheWait() {
    table.setDesired(3);
    table.holdRequestsUntil(nowMs + 20_000);

    table.adopt(1, new HeldContainer("old1", "host1:1"), nowMs);
    var early = tick();
    table.adopt(3, new HeldContainer("old3", "host3:1"), nowMs);
    nowMs += 20_000;
    var late = requests(tick());

    assertThat(early).isEmpty();
    assertThat(late).extracting(SlotAction.Request::slot).containsExactly(2);
    assertThat(late).extracting(r -> r.node().id()).containsExactly("host2:1");
  }

  @Test
  public void shouldGiveBackASecondContainerFoundForASlot() {
    table.setDesired(1);
    table.adopt(1, new HeldContainer("one", "host1:1"), nowMs);

    assertThat(table.adopt(1, new HeldContainer("one", "host1:1"), nowMs)).isEmpty();
    assertThat(table.adopt(1, new HeldContainer("two", "host2:1"), nowMs))
        .containsExactly(new SlotAction.Release(new HeldContainer("two", "host2:1")));
  }

  @Test
  public void shouldDrainTheHighestBeforeStoppingThem() {
    nodes.add(node(4, "/b"));
    table.setDesired(4);
    runAll();
    table.setDesired(3);

    assertThat(tick()).containsExactly(new SlotAction.Drain(4));
    assertThat(tick()).isEmpty();
    var release = table.drained(4, nowMs);
    assertThat(release).hasSize(1).allMatch(SlotAction.Release.class::isInstance);
    table.completed(((SlotAction.Release) release.get(0)).container().id(), false, "", nowMs);
    assertThat(tick()).containsExactly(new SlotAction.Undrain(4));
    assertThat(table.view()).hasSize(3);
  }

  @Test
  public void shouldTryAFailedDrainAgainAndTakeItBackWhenWantedAgain() {
    table.setDesired(3);
    runAll();
    table.setDesired(2);
    tick();
    table.drainFailed(3, "busy", nowMs);

    assertThat(tick()).isEmpty();
    nowMs += 10_000;
    assertThat(tick()).containsExactly(new SlotAction.Drain(3));
    table.setDesired(3);
    assertThat(tick()).containsExactly(new SlotAction.Undrain(3));
    assertThat(table.view().get(2).state()).isEqualTo(SlotState.RUNNING);
    assertThat(table.drained(3, nowMs)).isEmpty();
  }

  @Test
  public void shouldGiveEverythingBackOnStop() {
    table.setDesired(3);
    var requests = requests(tick());
    grant(requests.get(0));
    table.stop();

    var actions = tick();

    assertThat(actions)
        .containsExactlyInAnyOrder(
            new SlotAction.Release(new HeldContainer("c1", requests.get(0).node().id())),
            new SlotAction.Withdraw(2),
            new SlotAction.Withdraw(3));
    assertThat(table.isEmpty()).isFalse();
    table.completed("c1", false, "released", nowMs);
    assertThat(table.isEmpty()).isTrue();
    assertThat(tick()).isEmpty();
  }

  private List<SlotAction> tick() {
    return table.tick(nodes, nowMs);
  }

  private void runAll() {
    for (var request : requests(tick())) {
      grant(request);
    }
    IntStream.rangeClosed(1, containers).forEach(i -> table.started("c" + i, nowMs));
  }

  /** Brings a vacant slot to RUNNING and answers its container. */
  private String run(int slot) {
    tick();
    return grantPending(slot);
  }

  private String grantPending(int slot) {
    var container = "c" + ++containers;
    table.allocated(slot, new HeldContainer(container, "host1:1"), nowMs);
    table.started(container, nowMs);
    return container;
  }

  private List<SlotAction> grant(SlotAction.Request request) {
    return table.allocated(
        request.slot(), new HeldContainer("c" + ++containers, request.node().id()), nowMs);
  }

  private static List<SlotAction.Request> requests(List<SlotAction> actions) {
    return actions.stream()
        .filter(SlotAction.Request.class::isInstance)
        .map(SlotAction.Request.class::cast)
        .toList();
  }

  private static SlotTable table(boolean allowColocation) {
    var policy =
        new SlotPolicy(
            allowColocation, PLACEMENT_WAIT_MS, PATIENCE_MS, 1_000, RESTART_MAX_MS, 10_000);
    return new SlotTable(policy, new Placer(1024, 1));
  }

  private static CandidateNode node(int number, String rack) {
    return new CandidateNode("host" + number + ":1", "host" + number, rack, 4096, 4, 4096);
  }
}
