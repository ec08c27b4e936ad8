// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.wire;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The protocol's RequestId: names one change, for all attempts at it.
 *
 * @param client chosen at random when the client started
 * @param sequence counts the client's changes
 * @param issuedAtMs when the first attempt was made, in milliseconds since 1970
 */
@InterfaceAudience.Private
public record RequestId(long client, long sequence, long issuedAtMs) {
  /** Of the change that comes so many places after this one in a batch. */
  public RequestId plus(int places) {
    return new RequestId(client, sequence + places, issuedAtMs);
  }
}
