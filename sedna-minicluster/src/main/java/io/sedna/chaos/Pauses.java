// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Waiting in a program whose purpose is that time passes. */
final class Pauses {
  private Pauses() {}

  static void ms(long ms) throws InterruptedIOException {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
