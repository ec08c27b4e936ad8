// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** Counters of jobs that read or write Sedna's tables. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public enum SednaCounter {
  /** Records that a table or a snapshot gave. */
  RECORDS_READ,
  /** Bytes of their keys and values. */
  BYTES_READ,
  /** Batches that a table gave. */
  SCAN_BATCHES,
  /** Records and deletions that a table took, those that were outdated included. */
  RECORDS_WRITTEN,
  /** Bytes of their keys and values. */
  BYTES_WRITTEN,
  /** Writes that changed nothing, because the table held a newer version of the key. */
  RECORDS_OUTDATED
}
