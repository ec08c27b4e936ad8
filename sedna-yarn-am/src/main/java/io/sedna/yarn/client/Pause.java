// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.concurrent.TimeUnit;

/** Waiting between looks at a cluster that does not tell by itself. */
final class Pause {
  private Pause() {}

  static void forMs(long ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SednaException(ErrorCode.TIMEOUT, "interrupted while waiting", e);
    }
  }
}
