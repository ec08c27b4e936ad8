// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.rpc.RequestNotSentException;
import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;

/** What to do about a failed attempt. */
enum Cure {
  /** Get the newer map and try again at once. */
  NEWER_MAP,
  /** Try another daemon at once; when there is none left, pause. */
  ELSEWHERE,
  /** Try again after a pause. */
  PAUSE,
  /** Cut the batch in two and send the halves. */
  SMALLER,
  NONE;

  static Cure of(SednaException e) {
    return switch (e.code()) {
      case STALE_MAP, NOT_REPLICA -> NEWER_MAP;
      case UNAVAILABLE, TIMEOUT, SHUTTING_DOWN -> ELSEWHERE;
      case OVERLOADED -> PAUSE;
      case FRAME_TOO_LARGE -> SMALLER;
      // The caller must hear of it: the other operation may run for long.
      case OPERATION_IN_PROGRESS -> NONE;
      default -> e.category() == ErrorCategory.RETRY ? PAUSE : NONE;
    };
  }

  /**
   * Whether nobody has said how an attempt at a change of a strong table ended. A daemon that is
   * not the primary any more may have been it when the change came.
   */
  static boolean isLostAnswer(SednaException e) {
    return mayBeDone(e) && e.code() != ErrorCode.NOT_ENOUGH_REPLICAS
        || e.code() == ErrorCode.NOT_PRIMARY;
  }

  /**
   * What the caller gets of a change that carries a request id, an attempt at which was not
   * answered: whatever the attempts after it were answered, that one may yet be done.
   */
  static SednaException unknownOutcome(SednaException last) {
    return new SednaException(
        ErrorCode.TIMEOUT,
        "outcome unknown: it may have been done, or may yet be; last error: "
            + last.code()
            + ": "
            + last.getMessage(),
        last);
  }

  /** Whether the daemon may have done what it failed to answer. */
  static boolean mayBeDone(SednaException e) {
    if (e instanceof RequestNotSentException) {
      return false;
    }
    return e.code() == ErrorCode.UNAVAILABLE
        || e.code() == ErrorCode.TIMEOUT
        || e.code() == ErrorCode.NOT_ENOUGH_REPLICAS;
  }
}
