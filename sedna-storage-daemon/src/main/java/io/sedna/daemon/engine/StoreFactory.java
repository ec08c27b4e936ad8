// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/** Makes empty stores. Thread-safe. */
@InterfaceAudience.Private
@FunctionalInterface
public interface StoreFactory {
  /**
   * @param options of the table as they are when the store is made
   */
  PartitionStore create(int tableId, int partition, StoreOptions options);
}
