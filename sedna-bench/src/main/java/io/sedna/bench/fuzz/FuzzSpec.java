// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What is fuzzed, and how.
 *
 * @param targets ports by what they speak; at least one
 * @param time how long
 * @param seed of all inputs
 * @param attackers connections that are open at a time, to each port
 * @param canaries connections that behave, to each port
 * @param timeoutMs within which a canary is answered and a connection that ended is closed
 * @param corpus folder of inputs that are sent first, and where those that led to a failure go; it
 *     need not exist
 */
record FuzzSpec(
    Map<FuzzProtocol, InetSocketAddress> targets,
    Duration time,
    long seed,
    int attackers,
    int canaries,
    int timeoutMs,
    Path corpus) {
  static final int TIMEOUT_MS = 30_000;
}
