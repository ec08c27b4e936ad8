// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread does. */
public final class Await {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private Await() {}

  /** Returns when the condition holds; fails after 20 s. */
  public static void until(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new AssertionError("waited 20 s in vain until " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }
}
