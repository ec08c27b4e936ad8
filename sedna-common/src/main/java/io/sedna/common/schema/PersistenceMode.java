// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** What of a table reaches HDFS. The order is that of {@code sedna.thrift}. */
@InterfaceAudience.Public
@InterfaceStability.Stable
public enum PersistenceMode {
  NONE,
  /** Periodic snapshots. */
  SNAPSHOT,
  /** A log of every write, and snapshots. */
  LOG
}
