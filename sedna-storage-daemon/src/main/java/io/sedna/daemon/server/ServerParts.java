// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.daemon.metrics.DaemonMetrics;

/** What all connections of a Thrift port share. */
record ServerParts(
    ServerOptions options,
    Dispatcher dispatcher,
    HotPath hot,
    RequestsUnderWay underWay,
    NetworkMemory memory,
    DaemonMetrics metrics) {}
