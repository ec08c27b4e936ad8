// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

/** Whether a call may be sent again after an attempt that may have been done. */
enum Repeat {
  /** Doing it twice is the same as doing it once. */
  FREELY,
  /**
   * It carries a request id, by which daemons know it again. If it fails to the end and an answer
   * was lost, the caller gets a TIMEOUT that says so; every other error means that it was not done.
   */
  BY_REQUEST_ID,
  /** It would be done twice. */
  NEVER
}
