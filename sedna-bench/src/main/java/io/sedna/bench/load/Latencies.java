// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import org.HdrHistogram.Histogram;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How long operations of one kind took.
 *
 * @param count operations; 0: all else is 0 too
 */
@InterfaceAudience.Private
public record Latencies(
    long count,
    double meanMicros,
    double p50Micros,
    double p90Micros,
    double p99Micros,
    double p999Micros,
    double maxMicros) {
  private static final double NANOS_PER_MICRO = 1000;

  public static Latencies of(Histogram histogram) {
    if (histogram.getTotalCount() == 0) {
      return new Latencies(0, 0, 0, 0, 0, 0, 0);
    }
    return new Latencies(
        histogram.getTotalCount(),
        histogram.getMean() / NANOS_PER_MICRO,
        at(histogram, 50),
        at(histogram, 90),
        at(histogram, 99),
        at(histogram, 99.9),
        histogram.getMaxValue() / NANOS_PER_MICRO);
  }

  private static double at(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
  }
}
