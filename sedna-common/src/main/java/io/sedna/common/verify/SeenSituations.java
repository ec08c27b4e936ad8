// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Situations at one place that need not be looked at again. */
final class SeenSituations {
  private record Outcome(RegisterState state, BitSet done) {}

  private final Map<Outcome, List<BitSet>> usedBy = new HashMap<>();

  /**
   * False if one was added before that is the same, but for having used fewer unknown operations.
   */
  boolean add(Situation situation) {
    List<BitSet> before =
        usedBy.computeIfAbsent(
            new Outcome(situation.state(), situation.done()), outcome -> new ArrayList<>());
    for (BitSet used : before) {
      if (isSubset(used, situation.used())) {
        return false;
      }
    }
    before.removeIf(used -> isSubset(situation.used(), used));
    before.add(situation.used());
    return true;
  }

  private static boolean isSubset(BitSet small, BitSet large) {
    BitSet rest = (BitSet) small.clone();
    rest.andNot(large);
    return rest.isEmpty();
  }
}
