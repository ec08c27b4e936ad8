// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import io.sedna.common.verify.Call.GetAll;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The operations of one key, in the order of their answers, each with those that were under way
 * when it was answered.
 */
final class Timeline {
  /**
   * @param underWay others that had been sent and not been answered, whose answers came later
   * @param unknowns how many of {@link #unknowns()} had been sent
   */
  record Step(Operation answered, int slot, List<Slotted> underWay, int unknowns) {}

  /**
   * @param slot number that no other operation under way has at the same time
   */
  record Slotted(Operation operation, int slot) {}

  private final List<Step> steps = new ArrayList<>();
  private final List<Operation> unknowns = new ArrayList<>();
  private final List<Integer> twins = new ArrayList<>();

  /**
   * @param operations in the order of invocations
   */
  Timeline(List<Operation> operations) {
    operations.stream()
        .filter(operation -> operation.isUnknown() && !operation.call().isRead())
        .forEach(unknowns::add);
    findTwins();
    List<Operation> known =
        operations.stream()
            .filter(operation -> !operation.isUnknown() && !(operation.call() instanceof GetAll))
            .toList();
    var slots = new Slots();
    int sent = 0;
    int sentUnknowns = 0;
    var underWay = new ArrayList<Slotted>();
    var byAnswer =
        known.stream()
            .sorted(
                Comparator.comparingLong(Operation::returnedNanos).thenComparingInt(Operation::id))
            .toList();
    for (Operation answered : byAnswer) {
      while (sent < known.size() && !answered.isBefore(known.get(sent))) {
        underWay.add(new Slotted(known.get(sent), slots.take()));
        sent++;
      }
      while (sentUnknowns < unknowns.size() && !answered.isBefore(unknowns.get(sentUnknowns))) {
        sentUnknowns++;
      }
      Slotted ended =
          underWay.stream()
              .filter(other -> other.operation() == answered)
              .findFirst()
              .orElseThrow();
      underWay.remove(ended);
      steps.add(new Step(answered, ended.slot(), List.copyOf(underWay), sentUnknowns));
      slots.giveBack(ended.slot());
    }
  }

  List<Step> steps() {
    return steps;
  }

  /** Changes of unknown answer, in the order of their invocations. */
  List<Operation> unknowns() {
    return unknowns;
  }

  /**
   * The unknown operation before this one that asked for the same, or -1. It may be taken to have
   * been done first: if not, the two can change places.
   */
  int twinBefore(int unknown) {
    return twins.get(unknown);
  }

  private void findTwins() {
    Map<Call, Integer> last = new HashMap<>();
    for (int i = 0; i < unknowns.size(); i++) {
      Integer twin = last.put(unknowns.get(i).call(), i);
      twins.add(twin == null ? -1 : twin);
    }
  }

  /** Small numbers for those under way. */
  private static final class Slots {
    private final BitSet taken = new BitSet();

    int take() {
      int slot = taken.nextClearBit(0);
      taken.set(slot);
      return slot;
    }

    void giveBack(int slot) {
      taken.clear(slot);
    }
  }
}
