// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.wire;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The protocol's WriteOptions.
 *
 * @param timestamp 0: not said
 * @param source 0: not said
 * @param ttlMs {@link #UNSET}: not said
 */
@InterfaceAudience.Private
public record WriteArguments(long timestamp, int source, long ttlMs) {
  /** As {@link #ttlMs}: not said. */
  public static final long UNSET = -1;
}
