// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.sedna.client.wire.KeyRequests;
import io.sedna.client.wire.WriteArguments;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A writeLatest, or its part of a multiPut.
 *
 * @param <T> what the caller gets
 */
@InterfaceAudience.Private
public abstract non-sealed class WriteCall<T> extends KeyCall<T> {
  private final byte[] value;
  private final WriteArguments arguments;

  /**
   * As {@link KeyCall}.
   *
   * @param arguments with a timestamp
   */
  protected WriteCall(
      long epoch,
      byte[] table,
      byte[] key,
      byte[] value,
      WriteArguments arguments,
      long timeoutMs) {
    super(epoch, table, key, timeoutMs);
    this.value = value;
    this.arguments = arguments;
  }

  public final byte[] value() {
    return value;
  }

  public final WriteArguments arguments() {
    return arguments;
  }

  @Override
  final int frameBytes() {
    return KeyRequests.writeLatestBytes(table(), key(), value, arguments);
  }

  /**
   * @param status number of the protocol's WriteStatus
   */
  protected abstract void written(int status, long timestamp);
}
