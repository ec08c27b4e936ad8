// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import java.util.Map;

/**
 * How comparisons are made.
 *
 * @param rounds of each row, in which every server has its turn
 * @param seconds of one turn
 * @param warmupSeconds of each server before the first round
 * @param soakSeconds of the row that watches the garbage collector
 * @param keys of the rows that measure throughput
 * @param records of the row that measures memory
 * @param utilisationMb memory of the daemon in the row that fills it
 * @param loaderThreads event loops of our loader
 * @param slapThreads threads of memcaslap
 * @param sednaJavaOptions of the daemon
 * @param hazelcastJavaOptions of the member
 * @param settings of the daemon
 */
record CompareOptions(
    int rounds,
    int seconds,
    int warmupSeconds,
    int soakSeconds,
    long keys,
    long records,
    int utilisationMb,
    int loaderThreads,
    int slapThreads,
    String sednaJavaOptions,
    String hazelcastJavaOptions,
    Map<String, String> settings) {
  static final int CONNECTIONS = 32;
  static final int BATCH = 16;
  static final int KEY_BYTES = 16;
  static final int VALUE_BYTES = 100;
  static final double READS = 0.9;
}
