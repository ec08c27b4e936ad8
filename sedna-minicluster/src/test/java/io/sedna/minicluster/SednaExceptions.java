// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import io.sedna.common.error.SednaException;

/** Catches what a call throws. */
final class SednaExceptions {
  private SednaExceptions() {}

  /** The exception, or null if there was none. */
  static SednaException of(Runnable call) {
    try {
      call.run();
      return null;
    } catch (SednaException e) {
      return e;
    }
  }
}
