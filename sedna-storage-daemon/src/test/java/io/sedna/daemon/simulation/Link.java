// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import java.util.concurrent.TimeUnit;

/** How messages fare from one process to another; the way back is another link. */
final class Link {
  private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long USUAL_NANOS = TimeUnit.MICROSECONDS.toNanos(1500);

  /** One message of so many is this much slower than others. */
  private static final int ONE_SLOW_IN = 50;

  private static final int SLOW_TIMES = 30;

  private boolean cut;
  private double loss;
  private double duplication;
  private long slowNanos;

  /** Nothing arrives any more. */
  void cut() {
    cut = true;
  }

  /** Some messages do not arrive. */
  void lose(double probability) {
    loss = probability;
  }

  /** Some requests arrive twice. */
  void duplicate(double probability) {
    duplication = probability;
  }

  /** All messages take up to so much longer. */
  void slow(long nanos) {
    slowNanos = nanos;
  }

  void heal() {
    cut = false;
    loss = 0;
    duplication = 0;
    slowNanos = 0;
  }

  boolean delivers(Chance chance) {
    return !cut && !chance.with(loss);
  }

  boolean delivers() {
    return !cut;
  }

  boolean duplicates(Chance chance) {
    return duplication > 0 && chance.with(duplication);
  }

  long delayNanos(Chance chance) {
    long usual = chance.between(LEAST_NANOS, USUAL_NANOS);
    long delay = chance.oneIn(ONE_SLOW_IN) ? usual * SLOW_TIMES : usual;
    return slowNanos == 0 ? delay : delay + chance.between(0, slowNanos);
  }
}
