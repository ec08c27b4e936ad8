// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Writes of one table for one daemon, and who takes its answers. It ends once, by {@link #answered}
 * or by {@link #failed}, on whatever thread the answer comes; the writes may be read until then.
 */
@InterfaceAudience.Private
public interface MutationBatch {
  /** Of the map by which they are sent. */
  long epoch();

  int tableId();

  int size();

  /**
   * @param index from 0 to the size
   */
  Write write(int index);

  /**
   * The daemon has answered.
   *
   * @param codes for each write a WriteStatus (0 to 3) or the number of an error (1000 and above)
   */
  void answered(int[] codes);

  /** The call failed as a whole: any of the writes may have been done. */
  void failed(SednaException e);
}
