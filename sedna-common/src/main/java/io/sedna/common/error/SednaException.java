// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.error;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * A failure with a stable code. Thrown by the client and used inside the daemon; on the wire it is
 * a SednaError.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public class SednaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final long epoch;

  public SednaException(ErrorCode code, String message) {
    this(code, message, 0, null);
  }

  public SednaException(ErrorCode code, String message, Throwable cause) {
    this(code, message, 0, cause);
  }

  /**
   * @param epoch epoch of the partition map that the caller should fetch; 0 where the error has
   *     nothing to do with it
   */
  public SednaException(ErrorCode code, String message, long epoch, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.epoch = epoch;
  }

  public ErrorCode code() {
    return code;
  }

  /** Epoch to fetch with {@link ErrorCode#STALE_MAP}, otherwise 0. */
  public long epoch() {
    return epoch;
  }

  @Override
  public String toString() {
    return code + " (" + code.number() + "): " + getMessage();
  }
}
