// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

/**
 * One of those that a row compares.
 *
 * @param name as the table has it
 */
record Contender(String name, Turn turn) {
  /** Measures it once. */
  @FunctionalInterface
  interface Turn {
    /**
     * @param seconds how long
     */
    Sample measure(int seconds) throws Exception;
  }

  /**
   * What one turn measured.
   *
   * @param perSecond operations, in the unit of the row
   * @param cpuMicros the server's processor time for one of them; NaN: not measured
   * @param p999Micros 99.9th percentile of the latency; NaN: not measured
   * @param p50Micros median of the latency; NaN: not measured
   */
  record Sample(double perSecond, double cpuMicros, double p999Micros, double p50Micros) {
    Sample(double perSecond, double cpuMicros, double p999Micros) {
      this(perSecond, cpuMicros, p999Micros, Double.NaN);
    }

    Sample(double perSecond) {
      this(perSecond, Double.NaN, Double.NaN);
    }
  }
}
