// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Faults by a seed: the same seed and kinds give the same faults. Each kind comes once before any
 * comes again. Not thread-safe.
 */
final class Schedule {
  private static final int AT_CONTROLLER = 3;
  private static final long LEAST_MS = 500;

  private final Random random;
  private final List<FaultKind> kinds;
  private final List<FaultKind> left = new ArrayList<>();

  Schedule(long seed, List<FaultKind> kinds) {
    this.random = new Random(seed);
    this.kinds = List.copyOf(kinds);
  }

  Fault next(int daemons, long longestMs) {
    if (left.isEmpty()) {
      left.addAll(kinds);
      Collections.shuffle(left, random);
    }
    FaultKind kind = left.remove(left.size() - 1);
    int target = random.nextInt(daemons);
    boolean atController = random.nextInt(AT_CONTROLLER) == 0;
    // Short ones, within a session, are as interesting as long ones.
    double share = random.nextDouble();
    long holdMs = LEAST_MS + (long) ((longestMs - LEAST_MS) * share * share);
    return new Fault(kind, target, atController, holdMs);
  }
}
