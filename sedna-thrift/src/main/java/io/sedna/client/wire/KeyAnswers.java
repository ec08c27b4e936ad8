// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.wire;

import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/** Takes the answers to the keys of one request, in their order. */
@InterfaceAudience.Private
public interface KeyAnswers {
  /**
   * @param expiresAtMs 0: never
   */
  void value(int index, byte[] value, long timestamp, int source, long expiresAtMs);

  /** No such key. */
  void absent(int index);

  /**
   * @param status number of the protocol's WriteStatus, one that it defines
   */
  void written(int index, int status, long timestamp);

  /** This key failed, and the others did not have to. */
  void failed(int index, SednaException e);
}
