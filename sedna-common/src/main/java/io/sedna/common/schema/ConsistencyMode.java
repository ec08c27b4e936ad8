// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** Who orders the writes of a table. The order is that of {@code sedna.thrift}. */
@InterfaceAudience.Public
@InterfaceStability.Stable
public enum ConsistencyMode {
  /** Nobody: the newer version wins. */
  EVENTUAL,
  /** Each partition's primary. */
  STRONG
}
