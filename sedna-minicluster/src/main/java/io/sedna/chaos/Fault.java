// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

/**
 * One fault of a schedule.
 *
 * @param target which daemon, counted from 0 among those that run
 * @param atController the controller's daemon instead
 * @param holdMs how long it lasts
 */
record Fault(FaultKind kind, int target, boolean atController, long holdMs) {}
