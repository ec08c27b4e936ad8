// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;

/** Told of changes, after {@link ClusterView} answers the new state. */
@InterfaceAudience.Private
public interface ClusterListener {
  default void mapChanged(Optional<PartitionMap> before, PartitionMap now) {}

  default void catalogueChanged(TableCatalogue before, TableCatalogue now) {}

  default void frozenChanged(boolean now) {}

  default void controllerChanged(Optional<NodeId> now) {}
}
