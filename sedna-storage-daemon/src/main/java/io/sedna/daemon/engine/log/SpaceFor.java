// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import org.apache.hadoop.classification.InterfaceAudience;

/** Who asks for a segment: the last free ones are kept for those who make room. */
@InterfaceAudience.Private
public enum SpaceFor {
  /** What adds data. */
  DATA,
  /** Removals, and what an update has decided already. */
  REMOVAL,
  /** Records that the cleaner moves. */
  CLEANING
}
