// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What a load measured.
 *
 * @param requests answered in the measured time
 * @param keys that they asked for
 * @param written keys that were
 * @param misses keys read and not found
 * @param errors keys and requests that failed or were answered wrongly, and requests that were not
 *     answered
 * @param firstError what the first of them said; null: there was none
 * @param loaderCpuMicros processor time of this process for one request
 * @param server what the server used; null: nobody asked
 */
@InterfaceAudience.Private
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LoadResult(
    double seconds,
    long requests,
    long keys,
    double requestsPerSecond,
    double keysPerSecond,
    long written,
    long misses,
    long errors,
    String firstError,
    Latencies reads,
    Latencies writes,
    Latencies readModifyWrites,
    double loaderCpuMicros,
    Server server) {
  /**
   * @param cpuMicros processor time for one request
   * @param cores processors that were busy with it
   * @param residentBytes memory at the end
   */
  public record Server(double cpuMicros, double cores, long residentBytes) {}
}
