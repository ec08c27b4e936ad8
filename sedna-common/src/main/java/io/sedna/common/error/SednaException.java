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
  private final ErrorCategory category;
  private final long epoch;
  private final int retryAfterMs;

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
    this(code, code.category(), message, epoch, 0, cause);
  }

  /**
   * @param category what to do about it; the code's own unless the code is one that this version
   *     does not know
   * @param epoch as above
   * @param retryAfterMs milliseconds to wait before the next attempt; 0: no opinion
   */
  public SednaException(
      ErrorCode code,
      ErrorCategory category,
      String message,
      long epoch,
      int retryAfterMs,
      Throwable cause) {
    super(message, cause);
    this.code = code;
    this.category = category;
    this.epoch = epoch;
    this.retryAfterMs = retryAfterMs;
  }

  public ErrorCode code() {
    return code;
  }

  public ErrorCategory category() {
    return category;
  }

  /** Milliseconds to wait before the next attempt; 0: the daemon has no opinion. */
  public int retryAfterMs() {
    return retryAfterMs;
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
