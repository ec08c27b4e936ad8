// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.daemon.metrics.DaemonMetrics;
import java.util.function.BooleanSupplier;

/**
 * What all connections of a Thrift port share.
 *
 * @param present whether requests may be served: this process has been there all the time
 */
record ServerParts(
    ServerOptions options,
    Dispatcher dispatcher,
    HotPath hot,
    RequestsUnderWay underWay,
    NetworkMemory memory,
    BooleanSupplier present,
    DaemonMetrics metrics) {}
