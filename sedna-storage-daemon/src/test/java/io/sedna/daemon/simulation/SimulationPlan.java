// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

/**
 * What one seed does.
 *
 * @param careful faults that lose copies come one at a time, each only when the one before is
 *     mended: no acknowledged write may be lost. Otherwise they come as they like
 * @param memoryBytes of each daemon
 * @param operations of each client
 * @param faultsMs how long faults go on
 * @param endsInLoss whether tables persist, and all copies are lost in the end
 */
record SimulationPlan(
    int daemons,
    int partitions,
    boolean careful,
    long memoryBytes,
    int clients,
    int operations,
    long faultsMs,
    boolean endsInLoss) {
  static SimulationPlan of(Chance chance) {
    int daemons = chance.between(3, 5);
    int partitions = 1 << chance.between(2, 4);
    boolean careful = !chance.oneIn(3);
    long memoryBytes = Long.MAX_VALUE;
    return new SimulationPlan(
        daemons,
        partitions,
        careful,
        memoryBytes,
        chance.between(2, 4),
        chance.between(60, 120),
        chance.between(15_000, 30_000),
        careful && chance.oneIn(5));
  }
}
