// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Whether this daemon's ZooKeeper session can still be alive, by this machine's monotonic clock.
 * While the session lives, the controller names no other daemon for what this one serves as primary
 * without this one knowing; so who holds the lease may answer. Thread-safe and cheap enough for
 * every request.
 */
@FunctionalInterface
@InterfaceAudience.Private
public interface Lease {
  /** True: at this moment the session has not ended. */
  boolean held();
}
