// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which daemon runs where: the application master's whole judgement, without YARN. A daemon is a
 * slot, 1 to n; its node id never changes, its container does.
 *
 * <pre>
 * VACANT    -> REQUESTED   a node was found
 * REQUESTED -> VACANT      the node was not granted in time, or went away
 * REQUESTED -> STARTING    a container came
 * STARTING  -> RUNNING     its process was started, or was found running by a new master
 * RUNNING   -> DRAINING    one daemon too many (the highest numbers go first)
 * DRAINING  -> RUNNING     wanted again after all
 * DRAINING  -> STOPPING    its partitions are elsewhere
 * any with a container -> VACANT when the container ends; forgotten if it is one too many
 * </pre>
 *
 * A slot is filled again however often it was lost; only the pause before it grows. What is to be
 * done comes as {@link SlotAction}s. Not thread-safe; reads no clock.
 */
final class SlotTable {
  /** After so many failures in a row a daemon is rather tried on another node. */
  private static final int FAILURES_TO_AVOID_NODE = 3;

  private final SlotPolicy policy;
  private final Placer placer;
  private final TreeMap<Integer, Slot> slots = new TreeMap<>();
  private final Map<String, Slot> byContainer = new HashMap<>();
  private int desired;
  private long holdUntilMs = Long.MIN_VALUE;
  private boolean stopping;

  SlotTable(SlotPolicy policy, Placer placer) {
    this.policy = policy;
    this.placer = placer;
  }

  /** How many daemons there should be. */
  void setDesired(int count) {
    desired = count;
  }

  int desired() {
    return desired;
  }

  /** Asks for nothing before that time, because containers of an earlier master may turn up. */
  void holdRequestsUntil(long timeMs) {
    holdUntilMs = timeMs;
  }

  /** Gives every container back; nothing is asked for any more. */
  void stop() {
    stopping = true;
  }

  /** No container is held. */
  boolean isEmpty() {
    return byContainer.isEmpty();
  }

  /** Takes over a container that an earlier master started for the slot. */
  List<SlotAction> adopt(int number, HeldContainer container, long nowMs) {
    if (byContainer.containsKey(container.id())) {
      return List.of();
    }
    var slot = slots.computeIfAbsent(number, n -> new Slot(n, nowMs));
    if (slot.holdsContainer()) {
      return List.of(new SlotAction.Release(container));
    }
    var actions = new ArrayList<SlotAction>();
    if (slot.state == SlotState.REQUESTED) {
      actions.add(new SlotAction.Withdraw(number));
    }
    hold(slot, container);
    slot.enter(SlotState.RUNNING, nowMs);
    return actions;
  }

  /** A container came that was asked for this slot. */
  List<SlotAction> allocated(int number, HeldContainer container, long nowMs) {
    var slot = slots.get(number);
    if (slot == null || slot.state != SlotState.REQUESTED || stopping) {
      return List.of(new SlotAction.Release(container));
    }
    var withdraw = new SlotAction.Withdraw(number);
    var taken = daemonsByNode(slot).getOrDefault(container.node(), 0) > 0;
    if (taken && !mayShare(slot, nowMs)) {
      // Node managers that share a host share the name by which they are asked for.
      slot.requested = null;
      slot.avoided.add(container.node());
      slot.enter(SlotState.VACANT, nowMs);
      return List.of(withdraw, new SlotAction.Release(container));
    }
    hold(slot, container);
    slot.note = taken ? "shares its node with another daemon" : "";
    slot.enter(SlotState.STARTING, nowMs);
    return List.of(withdraw, new SlotAction.Launch(number, container));
  }

  /** The container's process was started. */
  void started(String containerId, long nowMs) {
    var slot = byContainer.get(containerId);
    if (slot != null && slot.state == SlotState.STARTING) {
      slot.enter(SlotState.RUNNING, nowMs);
    }
  }

  /** The container's process could not be started. */
  List<SlotAction> startFailed(String containerId, String reason, long nowMs) {
    var slot = byContainer.get(containerId);
    if (slot == null) {
      return List.of();
    }
    var container = slot.container;
    lose(slot, true, "could not be started: " + reason, nowMs);
    return List.of(new SlotAction.Release(container));
  }

  /**
   * A container ended.
   *
   * @param ownFault whether it was the daemon's doing; not so for preemption, lost nodes and failed
   *     disks, after which there is no pause
   */
  List<SlotAction> completed(String containerId, boolean ownFault, String reason, long nowMs) {
    var slot = byContainer.get(containerId);
    if (slot == null) {
      return List.of();
    }
    lose(slot, ownFault, reason, nowMs);
    return List.of();
  }

  /** The slot's partitions are elsewhere, so its daemon may go. */
  List<SlotAction> drained(int number, long nowMs) {
    var slot = slots.get(number);
    if (slot == null || slot.state != SlotState.DRAINING) {
      return List.of();
    }
    slot.note = "";
    slot.enter(SlotState.STOPPING, nowMs);
    return List.of(new SlotAction.Release(slot.container));
  }

  /** The drain failed or could not be asked for; it is tried again later. */
  void drainFailed(int number, String reason, long nowMs) {
    var slot = slots.get(number);
    if (slot != null && slot.state == SlotState.DRAINING) {
      slot.note = "drain: " + reason;
      slot.notBeforeMs = nowMs + policy.drainRetryMs();
    }
  }

  /** Everything that has become due. To be called often. */
  List<SlotAction> tick(Collection<CandidateNode> nodes, long nowMs) {
    var actions = new ArrayList<SlotAction>();
    for (var number = 1; number <= desired; number++) {
      slots.computeIfAbsent(number, n -> new Slot(n, nowMs));
    }
    for (var slot : List.copyOf(slots.values())) {
      if (stopping) {
        stop(slot, actions, nowMs);
      } else if (slot.number > desired) {
        shed(slot, actions, nowMs);
      } else {
        fill(slot, nodes, actions, nowMs);
      }
    }
    return actions;
  }

  List<SlotView> view() {
    return slots.values().stream()
        .map(
            slot ->
                new SlotView(
                    slot.number,
                    slot.state,
                    slot.sinceMs,
                    slot.holdsContainer() ? slot.container.id() : "",
                    slot.holdsContainer() ? slot.container.host() : "",
                    slot.losses,
                    slot.note))
        .toList();
  }

  private void stop(Slot slot, List<SlotAction> actions, long nowMs) {
    if (slot.state == SlotState.REQUESTED) {
      actions.add(new SlotAction.Withdraw(slot.number));
      slot.requested = null;
      slot.enter(SlotState.VACANT, nowMs);
    } else if (slot.holdsContainer() && slot.state != SlotState.STOPPING) {
      slot.enter(SlotState.STOPPING, nowMs);
      actions.add(new SlotAction.Release(slot.container));
    }
  }

  private void shed(Slot slot, List<SlotAction> actions, long nowMs) {
    switch (slot.state) {
      case VACANT, REQUESTED -> {
        if (slot.state == SlotState.REQUESTED) {
          actions.add(new SlotAction.Withdraw(slot.number));
        }
        forget(slot, actions);
      }
      case RUNNING, DRAINING -> {
        if (slot.state == SlotState.RUNNING) {
          slot.enter(SlotState.DRAINING, nowMs);
          slot.notBeforeMs = nowMs;
        }
        if (nowMs >= slot.notBeforeMs) {
          slot.marked = true;
          // Until drained or drainFailed says how it went.
          slot.notBeforeMs = Long.MAX_VALUE;
          actions.add(new SlotAction.Drain(slot.number));
        }
      }
      case STARTING, STOPPING -> {
        // A daemon that is starting can be drained once it runs.
      }
    }
  }

  private void forget(Slot slot, List<SlotAction> actions) {
    if (slot.marked) {
      actions.add(new SlotAction.Undrain(slot.number));
    }
    slots.remove(slot.number);
  }

  private void fill(
      Slot slot, Collection<CandidateNode> nodes, List<SlotAction> actions, long nowMs) {
    switch (slot.state) {
      case VACANT -> {
        if (nowMs >= slot.notBeforeMs && nowMs >= holdUntilMs) {
          request(slot, nodes, actions, nowMs);
        }
      }
      case REQUESTED -> {
        var gone = nodes.stream().noneMatch(node -> node.id().equals(slot.requested.id()));
        if (gone || nowMs - slot.sinceMs >= policy.requestPatienceMs()) {
          ask(slot, nodes, actions, nowMs);
        }
      }
      case DRAINING -> {
        slot.note = "";
        slot.marked = false;
        slot.enter(SlotState.RUNNING, nowMs);
        actions.add(new SlotAction.Undrain(slot.number));
      }
      case STARTING, RUNNING, STOPPING -> {
        // As it should be, or about to be VACANT.
      }
    }
  }

  private void request(
      Slot slot, Collection<CandidateNode> nodes, List<SlotAction> actions, long nowMs) {
    if (slot.marked) {
      slot.marked = false;
      actions.add(new SlotAction.Undrain(slot.number));
    }
    if (slot.wantedSinceMs == Long.MIN_VALUE) {
      slot.wantedSinceMs = nowMs;
    }
    choose(slot, nodes, nowMs)
        .ifPresentOrElse(
            node -> ask(slot, node, actions, nowMs), () -> slot.note = noNode(nodes.size()));
  }

  /** The node asked so far did not answer: ask another, if there is one. */
  private void ask(
      Slot slot, Collection<CandidateNode> nodes, List<SlotAction> actions, long nowMs) {
    slot.avoided.add(slot.requested.id());
    var next = choose(slot, nodes, nowMs);
    if (next.isEmpty() || next.get().equals(slot.requested)) {
      // All were tried, so all have an equal chance again.
      slot.avoided.clear();
      slot.sinceMs = nowMs;
      return;
    }
    actions.add(new SlotAction.Withdraw(slot.number));
    ask(slot, next.get(), actions, nowMs);
  }

  private void ask(Slot slot, CandidateNode node, List<SlotAction> actions, long nowMs) {
    slot.requested = node;
    slot.note = "waiting for " + node.requestName();
    slot.enter(SlotState.REQUESTED, nowMs);
    actions.add(new SlotAction.Request(slot.number, node));
  }

  private Optional<CandidateNode> choose(Slot slot, Collection<CandidateNode> nodes, long nowMs) {
    var daemons = daemonsByNode(slot);
    var alone = placer.choose(nodes, daemons, slot.avoided, false);
    if (mayShare(slot, nowMs) && (alone.isEmpty() || slot.avoided.contains(alone.get().id()))) {
      return placer.choose(nodes, daemons, slot.avoided, true);
    }
    return alone;
  }

  private boolean mayShare(Slot slot, long nowMs) {
    return policy.allowColocation()
        && slot.wantedSinceMs != Long.MIN_VALUE
        && nowMs - slot.wantedSinceMs >= policy.placementWaitMs();
  }

  private String noNode(int nodes) {
    return "no node without a daemon is large enough, of "
        + nodes
        + (policy.allowColocation() ? "; will share one soon" : "");
  }

  private Map<String, Integer> daemonsByNode(Slot except) {
    var counts = new HashMap<String, Integer>();
    for (var slot : slots.values()) {
      if (slot == except) {
        continue;
      }
      if (slot.holdsContainer()) {
        counts.merge(slot.container.node(), 1, Integer::sum);
      } else if (slot.requested != null) {
        counts.merge(slot.requested.id(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private void hold(Slot slot, HeldContainer container) {
    slot.requested = null;
    slot.container = container;
    slot.wantedSinceMs = Long.MIN_VALUE;
    slot.note = "";
    byContainer.put(container.id(), slot);
  }

  private void lose(Slot slot, boolean ownFault, String reason, long nowMs) {
    var node = slot.container.node();
    var lived = slot.state == SlotState.RUNNING ? nowMs - slot.sinceMs : 0;
    byContainer.remove(slot.container.id());
    slot.container = null;
    var meant = slot.state == SlotState.STOPPING;
    slot.enter(SlotState.VACANT, nowMs);
    slot.wantedSinceMs = Long.MIN_VALUE;
    slot.avoided.clear();
    if (meant) {
      slot.notBeforeMs = nowMs;
      return;
    }
    slot.losses++;
    slot.note = reason;
    if (ownFault) {
      slot.failures = lived > policy.restartMaxMs() ? 1 : slot.failures + 1;
      if (slot.failures >= FAILURES_TO_AVOID_NODE) {
        slot.avoided.add(node);
      }
    }
    slot.notBeforeMs = nowMs + (ownFault ? policy.backOffMs(slot.failures) : 0);
  }
}
