// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** How far a replica is. The order is the wire encoding. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public enum ReplicaState {
  /** Reads and writes of every table; the replicas in sync of strong tables are these. */
  SERVING,
  /** Takes writes, and is being filled from serving replicas; no reads. */
  FILLING,
  /** All copies were lost: takes nothing until HDFS has given the partition back. */
  LOADING,
  /**
   * Did not take what its primary gave it: holds eventual tables and serves them as before; of
   * strong tables it takes no writes, answers no reads and may have missed some.
   */
  OUT_OF_SYNC,
  /**
   * Was out of sync: serves eventual tables, takes every write of strong ones, and is being filled
   * with those from replicas in sync.
   */
  CATCHING_UP;

  /** Whether what a replica holds of eventual tables counts: for reads, for writes, as a source. */
  public boolean servesEventual() {
    return this == SERVING || this == OUT_OF_SYNC || this == CATCHING_UP;
  }

  /** Whether a write of an eventual table goes to a replica, be it one that does not count. */
  public boolean takesEventual() {
    return this != LOADING;
  }

  /** Whether a write of a strong table counts only when the replica has it. */
  public boolean takesStrong() {
    return this == SERVING || this == FILLING || this == CATCHING_UP;
  }

  /** Whether a replica is being filled, with all tables or with strong ones alone. */
  public boolean isFilled() {
    return this == FILLING || this == CATCHING_UP;
  }
}
