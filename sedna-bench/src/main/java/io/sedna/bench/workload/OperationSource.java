// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import org.apache.hadoop.classification.InterfaceAudience;

/** Says what to do next. For one thread; allocates nothing. */
@InterfaceAudience.Private
public interface OperationSource {
  /**
   * Chooses the next operation and puts its keys into the array.
   *
   * @param keys room for most keys from at on
   * @param most keys of one operation at most
   * @return null: there is nothing left to do
   */
  OperationKind next(long[] keys, int at, int most);

  /** Keys of the operation that was chosen last. */
  int count();

  /** An insert was answered. */
  default void inserted(long key) {}
}
