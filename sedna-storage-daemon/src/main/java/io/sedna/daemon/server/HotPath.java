// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.common.time.HybridClock;
import io.sedna.daemon.replication.LocalTables;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What the frequent calls need to be served on the spot ({@link HotCalls}).
 *
 * @param tables what of them is in this daemon's memory
 * @param clock of the versions; the one that the data service uses
 * @param data takes what must be done again by a newer map
 */
@InterfaceAudience.Private
public record HotPath(LocalTables tables, HybridClock clock, DataService data) {}
