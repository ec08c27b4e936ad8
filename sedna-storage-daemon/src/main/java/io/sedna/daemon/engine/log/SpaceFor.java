// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import org.apache.hadoop.classification.InterfaceAudience;

/** Who asks for a segment: the last free ones are kept for those who make room. */
@InterfaceAudience.Private
public enum SpaceFor {
  /** What adds data. */
  DATA,
  /** Removals: they make room in the end, so the limit for data is not theirs. */
  REMOVAL,
  /** What cannot wait for the cleaner: removals that have waited, and what was decided already. */
  URGENT,
  /** Records that the cleaner moves. */
  CLEANING
}
