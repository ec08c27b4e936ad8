// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** Where a daemon keeps records. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public enum StoreEngine {
  /** In segments outside the heap. */
  OFFHEAP,
  /** As objects on the heap: simple, large and slow; what the other one is tested against. */
  HEAP
}
