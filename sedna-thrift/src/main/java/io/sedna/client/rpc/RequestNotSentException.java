// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/** A request that never left this process: the daemon has certainly not done it. */
@InterfaceAudience.Private
public final class RequestNotSentException extends SednaException {
  private static final long serialVersionUID = 1L;

  RequestNotSentException(ErrorCode code, String message, Throwable cause) {
    super(code, message, cause);
  }

  /** One more request that was not sent, because another failed so. */
  public static RequestNotSentException because(SednaException e) {
    return new RequestNotSentException(e.code(), "not sent: " + e.getMessage(), e);
  }
}
