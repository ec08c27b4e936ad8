// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How calls of single keys share frames.
 *
 * @param maxKeys of a frame; 1: each call has its own
 * @param maxBytes of a frame of several calls, and of the answer that is expected to it
 * @param lingerMicros how long a call waits for others while calls are under way on its connection;
 *     one that finds none under way never waits
 */
@InterfaceAudience.Private
public record Gathering(int maxKeys, int maxBytes, int lingerMicros) {
  /** 256 keys and 256 KiB, without waiting. */
  public static final Gathering DEFAULT = new Gathering(256, 256 << 10, 0);

  /** Each call has a frame of its own. */
  public static final Gathering NONE = new Gathering(1, 1, 0);

  public Gathering {
    if (maxKeys < 1 || maxBytes < 1 || lingerMicros < 0) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "a shared frame needs room: maxKeys="
              + maxKeys
              + ", maxBytes="
              + maxBytes
              + ", lingerMicros="
              + lingerMicros);
    }
  }

  public Gathering withMaxKeys(int value) {
    return new Gathering(value, maxBytes, lingerMicros);
  }

  public Gathering withLingerMicros(int value) {
    return new Gathering(maxKeys, maxBytes, value);
  }
}
