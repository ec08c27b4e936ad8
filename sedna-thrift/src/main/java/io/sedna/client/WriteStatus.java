// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** How a write ended. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public enum WriteStatus {
  /** Stored at W replicas. */
  OK,
  /**
   * A newer version was there already, of any source for put and of this source for putAll: nothing
   * changed.
   */
  OUTDATED,
  /** touch, append, compareAndSet and compareAndDelete: no live record has this key. */
  NOT_FOUND,
  /** compareAndSet, compareAndDelete, putIfAbsent: the record's version is not the expected one. */
  MISMATCH,
  /** This entry of a batch failed; {@link WriteResult#error} says why. */
  FAILED
}
