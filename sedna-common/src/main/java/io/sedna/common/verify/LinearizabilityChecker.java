// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import io.sedna.common.verify.Finding.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Whether a history of a strong table is linearizable: whether there is, for each key, an order of
 * its operations that has each take effect at one moment between its sending and its answer and
 * gives all of them the answers that they got. Operations of unknown answer take effect at any
 * moment after their sending, or never. All keys are missing at the beginning.
 *
 * <p>Keys are checked one by one, for linearizability is local (Herlihy and Wing, TOPLAS 1990; Horn
 * and Kroening, FORTE 2015). The search is Lowe's just-in-time linearization (Testing for
 * linearizability, 2017) of Wing and Gong's (1993): only at an answer must its operation have taken
 * effect, so what has to be tried are orders of the few operations under way then. An operation of
 * unknown answer remains under way for ever; of two situations that differ in the unknown ones
 * used, the one that used fewer can do whatever the other can, so only it is followed.
 *
 * <p>The problem is NP-complete; a search that takes too many steps is given up as {@link
 * Rule#UNDECIDED}. That takes many concurrent updates of one key whose effects differ and that
 * nobody read.
 */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public final class LinearizabilityChecker {
  private static final long MAX_STEPS = 1_000_000;

  private final long maxSteps;

  public LinearizabilityChecker() {
    this(MAX_STEPS);
  }

  /**
   * @param maxSteps situations to look at for each key before giving up
   */
  public LinearizabilityChecker(long maxSteps) {
    this.maxSteps = maxSteps;
  }

  /**
   * @param history of any keys, in any order
   * @return what is wrong, of at most one rule for each key; empty: nothing
   */
  public List<Finding> check(List<Operation> history) {
    var findings = new ArrayList<Finding>();
    byKey(history)
        .forEach((key, operations) -> new KeySearch(operations, maxSteps).find(key, findings::add));
    return findings;
  }

  /** Operations of each key in the order of their invocations; keys in the order of their first. */
  static Map<String, List<Operation>> byKey(List<Operation> history) {
    var byKey = new LinkedHashMap<String, List<Operation>>();
    for (Operation operation : history) {
      byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
    }
    byKey
        .values()
        .forEach(
            operations ->
                operations.sort(
                    Comparator.comparingLong(Operation::invokedNanos)
                        .thenComparingInt(Operation::id)));
    return byKey;
  }
}
