// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.schema.MemoryMode;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What a table asks of its stores.
 *
 * @param memory what happens where memory is full
 * @param maxBytes most memory on this daemon for the whole table, in bytes; 0: no limit of its own
 * @param newestAlone merges keep no more than the newest version and the tombstone
 */
@InterfaceAudience.Private
public record StoreOptions(MemoryMode memory, long maxBytes, boolean newestAlone) {
  /** Where merges keep every source's version. */
  public StoreOptions(MemoryMode memory, long maxBytes) {
    this(memory, maxBytes, false);
  }

  /** Refuses writes when memory is full. */
  public static final StoreOptions STORE = new StoreOptions(MemoryMode.STORE, 0);

  /** Evicts when memory is full. */
  public static final StoreOptions CACHE = new StoreOptions(MemoryMode.CACHE, 0);
}
