// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What this daemon knows of its instance right now. Each method answers an immutable snapshot
 * without a lock, so all of them may be called for every request and on event loops.
 */
@InterfaceAudience.Private
public interface ClusterView {
  NodeId self();

  /** Tells this run of the daemon from others under the same node id. */
  long incarnation();

  /** Empty: the controller has not made a map yet. */
  Optional<PartitionMap> map();

  TableCatalogue catalogue();

  /** Writes are refused. */
  boolean frozen();

  /** The daemon with the active controller, as last seen; empty: none. */
  Optional<NodeId> controller();

  /** Listeners are called on one thread, in order; they must not block. */
  void addListener(ClusterListener listener);
}
