// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** How an instance is, as far as YARN knows. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public enum InstanceState {
  /** Submitted; its application master does not run yet. */
  SUBMITTED,
  /** Its application master runs. */
  RUNNING,
  /** Stopped by its user; can be started. */
  STOPPED,
  /** Ended in some other way; can be started from its last snapshot. */
  FAILED
}
