// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import org.apache.hadoop.classification.InterfaceAudience;

/** Why a write that a replica missed will not be handed over to it. */
@InterfaceAudience.Private
public enum HintDrop {
  /** No room was left. */
  FULL,
  /** It waited longer than sedna.hints.max.age.ms. */
  TOO_OLD,
  /** The map does not show the replica any more, or there is no such table. */
  NOT_REPLICA,
  /** The replica does not take it, for lack of memory say. */
  REFUSED
}
