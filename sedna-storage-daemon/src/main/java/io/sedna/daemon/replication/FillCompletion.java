// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.MapNode;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/** What belongs to the strong tables of a fill, beside their records. */
@InterfaceAudience.Private
public interface FillCompletion {
  /**
   * Makes sure that the primary serves them: what another replica holds that the primary has not
   * taken over may never count.
   *
   * @return fails while the primary takes the partition over
   */
  CompletableFuture<Void> begin(MapNode primary, long epoch, int partition);

  /**
   * Fetches what the primary remembers of requests, after its records were read.
   *
   * @return fails while the primary takes the partition over
   */
  CompletableFuture<Void> complete(MapNode primary, long epoch, int partition);

  /** The records of strong tables that were here have been forgotten, and the fill begins anew. */
  void forgotten(int partition);
}
