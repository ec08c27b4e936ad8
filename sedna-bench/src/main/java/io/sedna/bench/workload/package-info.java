/**
 * What a load does: which operation comes next, on which keys. Knows nothing of connections and
 * protocols. The distributions and mixes are those of YCSB (Cooper et al., "Benchmarking Cloud
 * Serving Systems with YCSB", SoCC'10). Nothing here allocates once it has been made.
 */
package io.sedna.bench.workload;
