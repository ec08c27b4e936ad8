// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the user asked for.
 *
 * @param directory of logs and data
 * @param longestMs of a fault
 * @param rolling restart all daemons one after the other instead of the faults
 * @param upgrade what they are restarted as; nothing: what they were
 */
record ChaosOptions(
    Duration duration,
    long seed,
    int daemons,
    List<FaultKind> faults,
    Set<Tables> tables,
    Path directory,
    int sessionTimeoutMs,
    long longestMs,
    boolean rolling,
    Optional<Upgrade> upgrade) {}
