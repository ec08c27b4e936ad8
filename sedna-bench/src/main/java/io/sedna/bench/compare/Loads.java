// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.load.LoadResult;
import io.sedna.bench.load.LoadSpec;
import io.sedna.bench.wire.WireProtocol;
import io.sedna.bench.workload.KeyDistribution;
import io.sedna.bench.workload.OperationMix;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.List;

/** Loads of our own loader, as comparisons need them. */
final class Loads {
  static final String TABLE = "bench.compare";

  private static final OperationMix READS = OperationMix.readRatio(1, KeyDistribution.UNIFORM);

  private Loads() {}

  /** A closed loop of reads over keys drawn uniformly, all of which are there. */
  static LoadSpec spec(
      Server server, WireProtocol protocol, int pipeline, int batch, CompareOptions options) {
    return LoadSpec.builder(List.of(server.address()), protocol)
        .table(TABLE)
        .connections(CompareOptions.CONNECTIONS)
        .threads(options.loaderThreads())
        .pipeline(pipeline)
        .batch(batch)
        .keys(options.keys())
        .sizes(CompareOptions.KEY_BYTES, CompareOptions.VALUE_BYTES)
        .mix(READS)
        .build();
  }

  /**
   * @throws SednaException INTERNAL if anything failed, or a key was not there
   */
  static LoadResult checked(LoadResult result) {
    if (result.errors() + result.misses() > 0) {
      throw new SednaException(
          ErrorCode.INTERNAL,
          result.errors()
              + " errors and "
              + result.misses()
              + " misses of "
              + result.keys()
              + " keys: "
              + result.firstError());
    }
    return result;
  }
}
