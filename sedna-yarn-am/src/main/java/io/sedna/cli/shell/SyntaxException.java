// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;

/** A statement that cannot be understood. */
final class SyntaxException extends SednaException {
  private static final long serialVersionUID = 1L;

  private final boolean incomplete;

  SyntaxException(String message) {
    this(message, false);
  }

  private SyntaxException(String message, boolean incomplete) {
    super(ErrorCode.INVALID_ARGUMENT, message);
    this.incomplete = incomplete;
  }

  /** The text ended where more was needed, so another line may mend it. */
  static SyntaxException incomplete(String message) {
    return new SyntaxException(message, true);
  }

  boolean isIncomplete() {
    return incomplete;
  }
}
