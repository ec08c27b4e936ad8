// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.partition.MapNode;
import io.sedna.common.schema.Table;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/** Makes what this daemon and another hold of a partition of a table alike, by merging both. */
@FunctionalInterface
@InterfaceAudience.Private
public interface Alignment {
  /**
   * Begins.
   *
   * @return completes when both hold what any of them held at the beginning
   */
  CompletableFuture<Void> align(MapNode other, Table table, int partition);
}
