// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;

/** What errors of replicas mean to a primary. */
final class Quorums {
  private Quorums() {}

  /** The replica cannot be reached, or does not answer. */
  static boolean meansUnreachable(ErrorCode code) {
    return code == ErrorCode.TIMEOUT
        || code == ErrorCode.UNAVAILABLE
        || code == ErrorCode.SHUTTING_DOWN;
  }
}
