// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import org.apache.hadoop.classification.InterfaceAudience;

/** What a slot is doing; {@link SlotTable} says how it gets from one state to another. */
@InterfaceAudience.Private
public enum SlotState {
  /** No container, none asked for. */
  VACANT,
  /** A container has been asked for. */
  REQUESTED,
  /** A container has been given and its process is being started. */
  STARTING,
  /** The daemon's process runs. */
  RUNNING,
  /** One daemon too many: its partitions are being moved away. */
  DRAINING,
  /** The container has been given back. */
  STOPPING
}
