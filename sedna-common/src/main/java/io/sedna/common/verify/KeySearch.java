// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import io.sedna.common.verify.Finding.Rule;
import io.sedna.common.verify.Timeline.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Searches, depth first, for an order of one key's operations that explains their answers. */
final class KeySearch {
  private static final int SHOWN_STATES = 5;

  /** A path of the search stands before the answer of this step. */
  private record Place(int step, Successors successors) {}

  private final List<Operation> operations;
  private final Timeline timeline;
  private final long maxSteps;
  private final Deque<Place> path = new ArrayDeque<>();
  private final Map<Integer, SeenSituations> seen = new HashMap<>();
  private final Set<RegisterState> statesAtFurthest = new LinkedHashSet<>();
  private int furthest = -1;

  KeySearch(List<Operation> operations, long maxSteps) {
    this.operations = operations;
    this.timeline = new Timeline(operations);
    this.maxSteps = maxSteps;
  }

  void find(String key, Consumer<Finding> findings) {
    List<Step> steps = timeline.steps();
    if (steps.isEmpty()) {
      return;
    }
    reach(0, Situation.BEGINNING);
    for (long looked = 0; !path.isEmpty(); looked++) {
      Place place = path.getFirst();
      if (looked == maxSteps) {
        findings.accept(new Finding(key, Rule.UNDECIDED, undecided()));
        return;
      }
      if (place.successors().isExhausted()) {
        path.removeFirst();
        continue;
      }
      Situation after = place.successors().look();
      if (after != null) {
        if (place.step() + 1 == steps.size()) {
          return;
        }
        reach(place.step() + 1, after);
      }
    }
    findings.accept(new Finding(key, Rule.LINEARIZABLE, violation()));
  }

  private void reach(int step, Situation situation) {
    if (!seen.computeIfAbsent(step, at -> new SeenSituations()).add(situation)) {
      return;
    }
    path.addFirst(new Place(step, new Successors(timeline, timeline.steps().get(step), situation)));
    if (step > furthest) {
      furthest = step;
      statesAtFurthest.clear();
    }
    if (step == furthest && statesAtFurthest.size() < SHOWN_STATES) {
      statesAtFurthest.add(situation.state());
    }
  }

  private String undecided() {
    return "no decision after "
        + maxSteps
        + " steps, at\n"
        + new Surroundings(operations).of(timeline.steps().get(furthest).answered());
  }

  private String violation() {
    var text = new StringBuilder("no order of the operations explains this answer:\n");
    Operation answered = timeline.steps().get(furthest).answered();
    text.append("  ").append(answered).append("\nWhen it came, the record could have been");
    text.append(statesAtFurthest.size() == SHOWN_STATES ? ", for example:\n" : ":\n");
    statesAtFurthest.forEach(state -> text.append("  ").append(state).append('\n'));
    return text.append(new Surroundings(operations).of(answered)).toString();
  }
}
