// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import java.util.concurrent.locks.StampedLock;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Between changes that were let through by one map and what is done by the next: who has entered
 * goes by the map that it then looks at until it leaves, a matter of microseconds; who waits knows
 * afterwards that everybody goes by the map that was there when it began to wait. Thread-safe.
 */
@InterfaceAudience.Private
public final class Fences {
  private static final int STRIPES = 64;

  private final StampedLock[] stripes = new StampedLock[STRIPES];

  public Fences() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new StampedLock();
    }
  }

  /** Begins a change of a partition; answers what {@link #leave} wants. */
  long enter(int partition) {
    return stripes[partition % STRIPES].readLock();
  }

  void leave(int partition, long entered) {
    stripes[partition % STRIPES].unlockRead(entered);
  }

  /** Returns when everybody who has entered has left. */
  void await(int partition) {
    StampedLock stripe = stripes[partition % STRIPES];
    stripe.unlockWrite(stripe.writeLock());
  }
}
