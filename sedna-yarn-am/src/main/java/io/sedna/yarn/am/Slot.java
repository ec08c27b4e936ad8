// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import java.util.HashSet;
import java.util.Set;

/** A place for one daemon, by number. Only {@link SlotTable} changes it. */
final class Slot {
  final int number;

  SlotState state = SlotState.VACANT;

  /** When the state was entered. */
  long sinceMs;

  /** Do nothing about this slot before. */
  long notBeforeMs;

  /** When a place was first looked for, since there last was a container. */
  long wantedSinceMs = Long.MIN_VALUE;

  /** Set while REQUESTED. */
  CandidateNode requested;

  /** Set from STARTING to STOPPING. */
  HeldContainer container;

  /** Losses in a row that were the daemon's own. */
  int failures;

  /** All losses, for the web page. */
  int losses;

  /** Asked in vain, or where the daemon keeps dying. */
  final Set<String> avoided = new HashSet<>();

  /** Whether its node was marked as draining. */
  boolean marked;

  /** What an administrator should know; empty if all is well. */
  String note = "";

  Slot(int number, long nowMs) {
    this.number = number;
    this.sinceMs = nowMs;
  }

  void enter(SlotState next, long nowMs) {
    state = next;
    sinceMs = nowMs;
  }

  boolean holdsContainer() {
    return container != null;
  }
}
