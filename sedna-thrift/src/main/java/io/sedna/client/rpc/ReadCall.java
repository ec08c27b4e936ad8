// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.sedna.client.wire.KeyRequests;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A readLatest, or its part of a multiGet.
 *
 * @param <T> what the caller gets
 */
@InterfaceAudience.Private
public abstract non-sealed class ReadCall<T> extends KeyCall<T> {
  /** As {@link KeyCall}. */
  protected ReadCall(long epoch, byte[] table, byte[] key, long timeoutMs) {
    super(epoch, table, key, timeoutMs);
  }

  @Override
  final int frameBytes() {
    return KeyRequests.readLatestBytes(table(), key());
  }

  /**
   * @param expiresAtMs 0: never
   */
  protected abstract void found(byte[] value, long timestamp, int source, long expiresAtMs);

  /** There is no such key. */
  protected abstract void absent();
}
