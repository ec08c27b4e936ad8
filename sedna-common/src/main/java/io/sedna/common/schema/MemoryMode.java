// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** What full memory means to a table. The order is that of {@code sedna.thrift}. */
@InterfaceAudience.Public
@InterfaceStability.Stable
public enum MemoryMode {
  /** Writes are refused. */
  STORE,
  /** Records are evicted. */
  CACHE
}
