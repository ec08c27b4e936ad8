// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A slot, as the web page shows it.
 *
 * @param container empty: none
 * @param host empty: none
 * @param losses how often its container was lost
 * @param note what an administrator should know; empty if all is well
 */
@InterfaceAudience.Private
public record SlotView(
    int slot,
    SlotState state,
    long sinceMs,
    String container,
    String host,
    int losses,
    String note) {}
