// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import io.sedna.common.verify.Timeline.Slotted;
import io.sedna.common.verify.Timeline.Step;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The situations after an answer that can follow from one before it: those in which its operation
 * has taken effect, after as few others as possible first. Made when asked for.
 */
final class Successors {
  private final Timeline timeline;
  private final Step step;
  private final Queue<Situation> open = new ArrayDeque<>();
  private final SeenSituations seen = new SeenSituations();

  Successors(Timeline timeline, Step step, Situation before) {
    this.timeline = timeline;
    this.step = step;
    offer(before);
  }

  /** Whether nothing is left to be looked at. */
  boolean isExhausted() {
    return open.isEmpty();
  }

  /** The next successor of one more situation that is looked at; null: it has none. */
  Situation look() {
    Situation situation = open.remove();
    if (situation.done().get(step.slot())) {
      return situation.without(step.slot());
    }
    extend(situation);
    RegisterState after = after(situation, step.answered());
    return after == null ? null : new Situation(after, situation.done(), situation.used());
  }

  /** Lets one more operation take effect, in each possible way. */
  private void extend(Situation situation) {
    for (Slotted other : step.underWay()) {
      RegisterState after =
          situation.done().get(other.slot()) ? null : after(situation, other.operation());
      if (after != null) {
        offer(situation.with(after, other.slot()));
      }
    }
    for (int i = 0; i < step.unknowns(); i++) {
      int twin = timeline.twinBefore(i);
      if (situation.used().get(i) || (twin >= 0 && !situation.used().get(twin))) {
        continue;
      }
      RegisterState after = situation.state().afterUnknown(timeline.unknowns().get(i).call());
      if (after != null && !after.equals(situation.state())) {
        offer(situation.using(after, i));
      }
    }
  }

  private void offer(Situation situation) {
    Situation settled = withHarmless(situation);
    if (!isHopeless(settled) && seen.add(settled)) {
      open.add(settled);
    }
  }

  /** Whether an operation under way can no longer be answered as it was. */
  private boolean isHopeless(Situation situation) {
    if (isTooLate(situation, step.answered(), step.slot())) {
      return true;
    }
    for (Slotted other : step.underWay()) {
      if (isTooLate(situation, other.operation(), other.slot())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTooLate(Situation situation, Operation operation, int slot) {
    return !situation.done().get(slot) && situation.state().isBeyond(operation.answer());
  }

  /** Operations that change nothing may as well take effect as soon as they can. */
  private Situation withHarmless(Situation situation) {
    Situation settled = situation;
    if (isHarmless(settled, step.answered(), step.slot())) {
      settled = settled.with(settled.state(), step.slot());
    }
    for (Slotted other : step.underWay()) {
      if (isHarmless(settled, other.operation(), other.slot())) {
        settled = settled.with(settled.state(), other.slot());
      }
    }
    return settled;
  }

  private static boolean isHarmless(Situation situation, Operation operation, int slot) {
    return !situation.done().get(slot) && situation.state().equals(after(situation, operation));
  }

  private static RegisterState after(Situation situation, Operation operation) {
    return situation.state().after(operation.call(), operation.answer());
  }
}
