// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock that is held for less than a microsecond, but for rare cases: one compare-and-set to take
 * it and a plain store to give it back, which does not wait for the record's bytes to reach memory.
 * Not reentrant, not fair. Who does not get it soon gives up the processor.
 */
final class StoreLock {
  private static final int SPINS = 64;
  private static final int YIELDS = 64;
  private static final long PAUSE_NS = 20_000;

  private final AtomicInteger held = new AtomicInteger();

  void lock() {
    if (!held.compareAndSet(0, 1)) {
      lockSlowly();
    }
  }

  private void lockSlowly() {
    for (int i = 0; ; i++) {
      if (held.getPlain() == 0 && held.compareAndSet(0, 1)) {
        return;
      }
      if (i < SPINS) {
        Thread.onSpinWait();
      } else if (i < SPINS + YIELDS) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(this, PAUSE_NS);
      }
    }
  }

  void unlock() {
    held.setRelease(0);
  }
}
