// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import java.io.PrintWriter;
import java.util.Locale;

/** A result for people. */
final class LoadReport {
  private LoadReport() {}

  static void print(PrintWriter out, LoadSpec spec, LoadResult result) {
    print(
        out,
        "%s, %d connections, %d threads, pipeline %d, batch %d, %,d keys of %d + %d bytes, %s%n",
        spec.protocol(),
        spec.connections(),
        spec.threads(),
        spec.pipeline(),
        spec.batch(),
        spec.keys(),
        spec.keyBytes(),
        spec.valueBytes(),
        spec.mix().distribution());
    print(
        out,
        "%,.0f requests/s, %,.0f keys/s (%,d requests in %.2f s), %,d misses, %,d errors%n",
        result.requestsPerSecond(),
        result.keysPerSecond(),
        result.requests(),
        result.seconds(),
        result.misses(),
        result.errors());
    if (result.firstError() != null) {
      print(out, "first error: %s%n", result.firstError());
    }
    print(
        out,
        "%-18s %12s %10s %10s %10s %10s %10s %10s%n",
        "microseconds",
        "count",
        "mean",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max");
    print(out, "reads", result.reads());
    print(out, "writes", result.writes());
    print(out, "read-modify-writes", result.readModifyWrites());
    print(out, "loader: %.2f us of processor time a request%n", result.loaderCpuMicros());
    if (result.server() != null) {
      print(
          out,
          "server: %.2f us of processor time a request, %.2f processors busy, %,d MiB resident%n",
          result.server().cpuMicros(),
          result.server().cores(),
          result.server().residentBytes() >> 20);
    }
  }

  private static void print(PrintWriter out, String kind, Latencies latencies) {
    if (latencies.count() > 0) {
      print(
          out,
          "%-18s %,12d %,10.1f %,10.1f %,10.1f %,10.1f %,10.1f %,10.1f%n",
          kind,
          latencies.count(),
          latencies.meanMicros(),
          latencies.p50Micros(),
          latencies.p90Micros(),
          latencies.p99Micros(),
          latencies.p999Micros(),
          latencies.maxMicros());
    }
  }

  private static void print(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format, values);
  }
}
