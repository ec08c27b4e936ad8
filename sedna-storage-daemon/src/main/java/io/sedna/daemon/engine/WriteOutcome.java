// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/** How a write ended at one store. */
@InterfaceAudience.Private
public enum WriteOutcome {
  /** Stored, or stored already: a repeated write is the same write. */
  OK,
  /** Something newer was there; nothing changed. */
  OUTDATED,
  /** There is no room for it, in the daemon's memory or the table's share; nothing changed. */
  OUT_OF_MEMORY
}
