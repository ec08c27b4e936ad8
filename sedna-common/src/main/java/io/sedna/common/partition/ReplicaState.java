// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** How far a replica is. The order is the wire encoding. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public enum ReplicaState {
  /** Reads and writes. */
  SERVING,
  /** Takes writes, and is being filled from a serving replica; no reads. */
  FILLING,
  /** All copies were lost: takes nothing until HDFS has given the partition back. */
  LOADING
}
