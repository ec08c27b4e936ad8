// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.conf.HostPort;
import java.util.Set;

/** Which daemons can take a call. */
sealed interface Route {
  /** The replicas of a partition. */
  record ToReplica(int partition) implements Route {}

  /** The replicas of the partition that a hash belongs to. */
  record ToHash(long hash) implements Route {}

  /**
   * The primary of the partition that a hash belongs to: only it can do the call, so it is asked
   * again, by newer maps, until one of them names a primary that answers.
   */
  record ToPrimary(long hash) implements Route {}

  /** Every daemon. */
  record ToAny() implements Route {}

  /** The next daemon to try; null: none is left. */
  default HostPort pick(Routing routing, Set<HostPort> tried, NodeHealth health) {
    if (this instanceof ToAny) {
      return routing.any(tried, health);
    }
    if (this instanceof ToPrimary key) {
      HostPort primary = routing.primary(routing.map().partitionOf(key.hash()));
      return tried.contains(primary) ? null : primary;
    }
    int partition =
        this instanceof ToHash key
            ? routing.map().partitionOf(key.hash())
            : ((ToReplica) this).partition();
    return routing.replica(partition, tried, health);
  }

  default boolean needsMap() {
    return !(this instanceof ToAny);
  }
}
