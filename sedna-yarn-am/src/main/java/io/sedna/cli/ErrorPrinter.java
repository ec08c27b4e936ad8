// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a user in one line why a command failed; the stack trace goes to the log, at debug. */
final class ErrorPrinter {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorPrinter.class);

  private ErrorPrinter() {}

  static void print(PrintStream err, Throwable failure) {
    LOG.debug("command failed", failure);
    err.println("sedna: " + describe(failure));
    if (failure instanceof RuntimeException && !(failure instanceof SednaException)) {
      // Not foreseen, so whoever mends it needs to know where it came from.
      failure.printStackTrace(err);
    }
  }

  static String describe(Throwable failure) {
    if (failure instanceof SednaException) {
      return failure.toString();
    }
    var message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    // Hadoop appends the remote stack trace to the messages of remote exceptions.
    var firstLine = message.lines().findFirst().orElse(message);
    return failure instanceof IOException
        ? failure.getClass().getSimpleName() + ": " + firstLine
        : firstLine;
  }
}
