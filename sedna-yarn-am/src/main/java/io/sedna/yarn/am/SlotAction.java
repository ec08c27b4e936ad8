// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

/** What {@link SlotTable} wants done. Order matters: actions are to be done as they come. */
sealed interface SlotAction {
  /** Ask for a container on this node, for this slot. */
  record Request(int slot, CandidateNode node) implements SlotAction {}

  /** Take back whatever is still asked for this slot. */
  record Withdraw(int slot) implements SlotAction {}

  /** Start the slot's daemon in the container. */
  record Launch(int slot, HeldContainer container) implements SlotAction {}

  /** Give the container back, which ends what runs in it. */
  record Release(HeldContainer container) implements SlotAction {}

  /** Have the slot's daemon's partitions moved away, then call {@link SlotTable#drained}. */
  record Drain(int slot) implements SlotAction {}

  /** Forget that the slot's daemon was drained. */
  record Undrain(int slot) implements SlotAction {}
}
