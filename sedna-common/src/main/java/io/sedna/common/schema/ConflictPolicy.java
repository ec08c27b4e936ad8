// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** What becomes of values that several sources have written under one key. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public enum ConflictPolicy {
  /** The newest version alone is kept; writeAll is refused. */
  LATEST,
  /** Each source's newest version is kept; reads of one value answer the newest of all. */
  ALL,
  /** As {@link #ALL}, and reads of one value answer what the table's merge class makes of all. */
  MERGE
}
