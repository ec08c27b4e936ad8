// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a run ended.
 *
 * @param counts of each port
 * @param failure null: the server stood it
 * @param kept files of the inputs that may be the cause; none without a failure
 */
record FuzzResult(Map<FuzzProtocol, FuzzCounts> counts, String failure, List<Path> kept) {}
