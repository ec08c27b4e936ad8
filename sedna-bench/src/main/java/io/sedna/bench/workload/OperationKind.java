// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import org.apache.hadoop.classification.InterfaceAudience;

/** What is done to keys. */
@InterfaceAudience.Private
public enum OperationKind {
  READ,
  /** Of keys that are there. */
  UPDATE,
  /** Of new keys. */
  INSERT,
  /** A read, and when it is answered a write of the same keys; over when that is answered. */
  READ_MODIFY_WRITE;

  public boolean beginsWithRead() {
    return this == READ || this == READ_MODIFY_WRITE;
  }
}
