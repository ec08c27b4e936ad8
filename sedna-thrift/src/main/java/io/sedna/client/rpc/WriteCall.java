// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.sedna.client.wire.KeyRequests;
import io.sedna.client.wire.RequestId;
import io.sedna.client.wire.RequestIds;
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
  private final RequestIds requests;
  private WriteArguments arguments;

  /**
   * As {@link KeyCall}.
   *
   * @param arguments with a timestamp, or with requests instead
   * @param requests numbers the call when it is encoded, so that the calls of a frame have numbers
   *     in a row; null: it needs none
   */
  protected WriteCall(
      long epoch,
      byte[] table,
      byte[] key,
      byte[] value,
      WriteArguments arguments,
      RequestIds requests,
      long timeoutMs) {
    super(epoch, table, key, timeoutMs);
    this.value = value;
    this.arguments = arguments;
    this.requests = requests;
  }

  /** Null: the call has no number. */
  final RequestIds requests() {
    return requests;
  }

  final void number(RequestId id) {
    arguments = arguments.withRequestId(id);
  }

  public final byte[] value() {
    return value;
  }

  /** With the request's id once the call was encoded, if it has requests. */
  public final WriteArguments arguments() {
    return arguments;
  }

  @Override
  final int frameBytes() {
    return KeyRequests.writeLatestBytes(table(), key(), value, arguments)
        + (requests == null ? 0 : KeyRequests.REQUEST_ID_BYTES);
  }

  /**
   * @param status number of the protocol's WriteStatus
   */
  protected abstract void written(int status, long timestamp);
}
