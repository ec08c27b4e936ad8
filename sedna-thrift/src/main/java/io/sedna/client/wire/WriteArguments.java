// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.wire;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The protocol's WriteOptions.
 *
 * @param timestamp 0: not said
 * @param source 0: not said
 * @param ttlMs {@link #UNSET}: not said
 * @param consistency number of a ConsistencyLevel; 0: not said
 * @param copies 0: not said
 * @param requestId null: not said
 */
@InterfaceAudience.Private
public record WriteArguments(
    long timestamp, int source, long ttlMs, int consistency, int copies, RequestId requestId) {
  /** As {@link #ttlMs}: not said. */
  public static final long UNSET = -1;

  public WriteArguments(long timestamp, int source, long ttlMs) {
    this(timestamp, source, ttlMs, 0, 0, null);
  }

  public WriteArguments withRequestId(RequestId id) {
    return new WriteArguments(timestamp, source, ttlMs, consistency, copies, id);
  }
}
