// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import java.util.concurrent.CompletableFuture;

/**
 * A call at its primary.
 *
 * @param deadlineNanos by the daemon's monotonic clock: nobody waits for it any longer then
 */
record Op(PrimaryCall call, CompletableFuture<PrimaryReply> future, long deadlineNanos) {
  long bytes() {
    return OVERHEAD_BYTES + call.key().length + call.value().length;
  }

  private static final long OVERHEAD_BYTES = 256;
}
