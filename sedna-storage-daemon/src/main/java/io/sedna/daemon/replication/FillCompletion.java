// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.MapNode;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/** What a replica needs beside its records before it is reported filled. */
@InterfaceAudience.Private
public interface FillCompletion {
  /**
   * Fetches it.
   *
   * @param source a replica that serves the partition
   */
  CompletableFuture<Void> complete(MapNode source, long epoch, int partition);

  /** The records of strong tables that were here have been forgotten, and the fill begins anew. */
  void forgotten(int partition);
}
