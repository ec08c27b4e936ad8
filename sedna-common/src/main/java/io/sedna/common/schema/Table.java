// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * A table of the catalogue.
 *
 * @param id seed of the table's hash; never used again for another table of the instance; above 0
 * @param restoring being filled from a snapshot: reads and writes answer LOADING
 * @param createdAtMs milliseconds since 1970
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record Table(int id, TableSchema schema, boolean restoring, long createdAtMs) {
  public TableName name() {
    return schema.name();
  }

  /** Whether its partitions' primaries order its writes. */
  public boolean isStrong() {
    return schema.consistency() == ConsistencyMode.STRONG;
  }
}
