// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.Test;

/**
 * A slot table against a scheduler that grants late, wrongly, twice or not at all, with nodes and
 * containers coming and going: whatever happens, no node has two daemons, no slot two containers,
 * and once things calm down there are as many daemons as there should be.
 */
public class SlotTableRandomTest {
  private static final int SEEDS = 200;
  private static final int STEPS = 400;
  private static final int NODES = 8;

  @Test
  public void shouldHoldWhateverHappens() {
    for (var seed = 0; seed < SEEDS; seed++) {
      new Run(seed).play();
    }
  }

  private static final class Run {
    private final long seed;
    private final Random random;
    private final SlotTable table =
        new SlotTable(
            new SlotPolicy(false, 15_000, 5_000, 1_000, 60_000, 10_000), new Placer(1024, 1));
    private final Map<String, CandidateNode> nodes = new TreeMap<>();
    private final Map<Integer, CandidateNode> asked = new TreeMap<>();
    private final Map<String, HeldContainer> held = new TreeMap<>();
    private final Map<String, Integer> slotOf = new HashMap<>();
    private final List<Integer> draining = new ArrayList<>();
    private int desired = 3;
    private int made;
    private long nowMs;

    Run(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      for (var i = 1; i <= NODES; i++) {
        addNode(i);
      }
    }

    void play() {
      table.setDesired(desired);
      for (var step = 0; step < STEPS; step++) {
        nowMs += random.nextInt(3_000);
        disturb();
        carryOut(table.tick(nodes.values(), nowMs));
        check();
      }
      calm();
    }

    private void disturb() {
      switch (random.nextInt(12)) {
        case 0 -> {
          desired = 1 + random.nextInt(NODES - 1);
          table.setDesired(desired);
        }
        case 1 -> loseNode();
        case 2 -> addNode(1 + random.nextInt(NODES));
        case 3 -> any(held.keySet()).ifPresent(id -> end(id, random.nextBoolean()));
        case 4 -> drainSomething();
        case 5 -> grantWrongly();
        default -> any(asked.keySet()).ifPresent(slot -> grant(slot, asked.get(slot).id()));
      }
    }

    private void calm() {
      for (var i = 1; i <= NODES; i++) {
        addNode(i);
      }
      for (var step = 0; step < 500; step++) {
        nowMs += 1_000;
        carryOut(table.tick(nodes.values(), nowMs));
        for (var slot : List.copyOf(asked.keySet())) {
          grant(slot, asked.get(slot).id());
        }
        for (var slot : List.copyOf(draining)) {
          draining.remove(slot);
          carryOut(table.drained(slot, nowMs));
        }
        check();
      }
      assertThat(held).as("seed " + seed).hasSize(desired);
      assertThat(table.view())
          .as("seed " + seed)
          .hasSize(desired)
          .allMatch(slot -> slot.state() == SlotState.RUNNING);
    }

    private void grant(int slot, String node) {
      asked.remove(slot);
      var container = new HeldContainer("c" + ++made, node);
      held.put(container.id(), container);
      slotOf.put(container.id(), slot);
      carryOut(table.allocated(slot, container, nowMs));
      table.started(container.id(), nowMs);
    }

    /** Another node than was asked for, perhaps twice, perhaps for nothing. */
    private void grantWrongly() {
      any(nodes.keySet()).ifPresent(node -> grant(1 + random.nextInt(NODES), node));
    }

    private void end(String container, boolean ownFault) {
      held.remove(container);
      carryOut(table.completed(container, ownFault, "ended", nowMs));
    }

    private void loseNode() {
      any(nodes.keySet())
          .ifPresent(
              node -> {
                nodes.remove(node);
                held.values().stream()
                    .filter(container -> container.node().equals(node))
                    .map(HeldContainer::id)
                    .toList()
                    .forEach(id -> end(id, false));
              });
    }

    private void drainSomething() {
      if (!draining.isEmpty()) {
        var slot = draining.remove(random.nextInt(draining.size()));
        if (random.nextBoolean()) {
          carryOut(table.drained(slot, nowMs));
        } else {
          table.drainFailed(slot, "no", nowMs);
        }
      }
    }

    private void carryOut(List<SlotAction> actions) {
      for (var action : actions) {
        if (action instanceof SlotAction.Request request) {
          assertThat(asked).as("seed " + seed).doesNotContainKey(request.slot());
          asked.put(request.slot(), request.node());
        } else if (action instanceof SlotAction.Withdraw withdraw) {
          asked.remove(withdraw.slot());
        } else if (action instanceof SlotAction.Release release) {
          end(release.container().id(), false);
        } else if (action instanceof SlotAction.Drain drain) {
          draining.add(drain.slot());
        } else if (action instanceof SlotAction.Undrain undrain) {
          draining.remove((Integer) undrain.slot());
        }
      }
    }

    private void check() {
      var usedNodes = new HashSet<String>();
      var usedSlots = new HashSet<Integer>();
      for (var container : held.values()) {
        assertThat(usedNodes.add(container.node())).as("seed %d: %s", seed, held).isTrue();
        assertThat(usedSlots.add(slotOf.get(container.id()))).as("seed " + seed).isTrue();
      }
    }

    private void addNode(int number) {
      var id = "host" + number + ":1";
      nodes.put(id, new CandidateNode(id, "host" + number, "/rack" + number % 2, 4096, 4, 4096));
    }

    private <T> java.util.Optional<T> any(java.util.Set<T> set) {
      return set.isEmpty()
          ? java.util.Optional.empty()
          : java.util.Optional.of(List.copyOf(set).get(random.nextInt(set.size())));
    }
  }
}
