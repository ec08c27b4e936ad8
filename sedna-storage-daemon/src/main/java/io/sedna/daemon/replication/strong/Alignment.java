// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.partition.MapNode;
import io.sedna.common.schema.Table;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.classification.InterfaceAudience;

/** Makes what this daemon and another hold of a partition of a table alike, by merging both. */
@FunctionalInterface
@InterfaceAudience.Private
public interface Alignment {
  /**
   * Begins.
   *
   * @param mayTake asked on the scheduler, in the step in which what the other alone holds is taken
   *     in here; false: nothing is taken in, and the alignment fails
   * @return completes when both hold what any of them held at the beginning
   */
  CompletableFuture<Void> align(MapNode other, Table table, int partition, BooleanSupplier mayTake);
}
