// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/** Makes empty stores. Thread-safe. */
@InterfaceAudience.Private
@FunctionalInterface
public interface StoreFactory {
  /**
   * @param memory what the table asks and takes, shared by its stores
   */
  PartitionStore create(int tableId, int partition, TableMemory memory);
}
