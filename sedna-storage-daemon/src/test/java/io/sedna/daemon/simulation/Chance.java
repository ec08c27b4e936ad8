// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** Random choices of one part of a simulation, all of them from its seed. */
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    this(new SplittableRandom(seed));
  }

  private Chance(SplittableRandom random) {
    this.random = random;
  }

  /** Choices of their own for a part, so that those of others leave them as they are. */
  Chance split() {
    return new Chance(random.split());
  }

  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  boolean with(double probability) {
    return random.nextDouble() < probability;
  }

  /** Both inclusive. */
  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /** Both inclusive. */
  long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }

  double between(double least, double most) {
    return random.nextDouble(least, most);
  }

  long any() {
    return random.nextLong();
  }

  <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
