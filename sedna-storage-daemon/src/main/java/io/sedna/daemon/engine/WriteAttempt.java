// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

/** What one attempt to write comes to: numbers, as each write has one. */
final class WriteAttempt {
  static final int DONE = 0;
  static final int OUTDATED = 1;
  static final int FULL = 2;

  /** There is memory, but the cleaner has to make room first. */
  static final int NO_SEGMENT = 3;

  /** More than one version has a say: not for the short way. */
  static final int SEVERAL = 4;

  private WriteAttempt() {}

  static WriteOutcome outcome(int result) {
    return switch (result) {
      case DONE -> WriteOutcome.OK;
      case OUTDATED -> WriteOutcome.OUTDATED;
      default -> WriteOutcome.OUT_OF_MEMORY;
    };
  }
}
