// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.refill;

import io.sedna.bench.load.Latencies;

/**
 * What was measured.
 *
 * @param bytes of keys and values of the records that were refilled
 * @param seconds from the map that names the newcomer until every partition has all copies serving
 * @param bytesPerSecond of records refilled
 * @param copyBytesPerSecond of a plain copy of so many bytes
 * @param sourceCpuMicros processor time of the daemons that had the records, for one record
 * @param targetCpuMicros of the newcomer
 * @param before latencies while nothing happened
 * @param during latencies of what was due while it was refilled
 * @param between of what was due between the kill and then; nothing is asked of it
 */
record RefillResult(
    long records,
    int keyBytes,
    int valueBytes,
    long bytes,
    double seconds,
    double bytesPerSecond,
    double copyBytesPerSecond,
    double sourceCpuMicros,
    double targetCpuMicros,
    double rate,
    Calls before,
    Calls between,
    Calls during) {
  /** Of the copy's rate. */
  static final double RATE_BAR = 0.6;

  /** Times the p99 before. */
  static final double LATENCY_BAR = 3;

  /**
   * Of clients in one phase.
   *
   * @param errors calls that failed or were answered wrongly
   * @param firstError null: there was none
   */
  record Calls(Latencies reads, Latencies writes, long errors, String firstError) {
    static Calls of(SteadyLoad.Phase phase) {
      return new Calls(
          Latencies.of(phase.reads()),
          Latencies.of(phase.writes()),
          phase.errors(),
          phase.firstError());
    }
  }

  double ratio() {
    return bytesPerSecond / copyBytesPerSecond;
  }

  double readRatio() {
    return during.reads().p99Micros() / before.reads().p99Micros();
  }

  double writeRatio() {
    return during.writes().p99Micros() / before.writes().p99Micros();
  }

  boolean fastEnough() {
    return ratio() >= RATE_BAR;
  }

  boolean readsServed() {
    return readRatio() <= LATENCY_BAR && during.errors() == 0;
  }

  boolean writesServed() {
    return writeRatio() <= LATENCY_BAR && during.errors() == 0;
  }

  boolean met() {
    return fastEnough() && readsServed() && writesServed();
  }
}
