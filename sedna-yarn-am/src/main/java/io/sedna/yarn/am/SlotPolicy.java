// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

/**
 * How slots are filled.
 *
 * @param allowColocation whether several daemons may share a node when there is no other way
 * @param placementWaitMs how long to look for a node of its own before that
 * @param requestPatienceMs how long to wait for one node before another is asked
 * @param restartBaseMs first pause after a daemon's failure
 * @param restartMaxMs longest pause; a daemon that lived longer than this is not failing in a row
 * @param drainRetryMs pause before a drain that failed is tried again
 */
record SlotPolicy(
    boolean allowColocation,
    long placementWaitMs,
    long requestPatienceMs,
    long restartBaseMs,
    long restartMaxMs,
    long drainRetryMs) {
  /** Pause before the next attempt after so many failures in a row. */
  long backOffMs(int failures) {
    if (failures == 0) {
      return 0;
    }
    var doublings = Math.min(failures - 1, 30);
    return Math.min(restartMaxMs, restartBaseMs << doublings);
  }
}
