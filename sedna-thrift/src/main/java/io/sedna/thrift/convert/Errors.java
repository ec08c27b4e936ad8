// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.thrift.convert;

import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.SednaError;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.classification.InterfaceAudience;

/** {@link SednaError} on the wire and {@link SednaException} in the program. */
@InterfaceAudience.Private
public final class Errors {
  private Errors() {}

  public static SednaError toThrift(SednaException e) {
    var error =
        new SednaError(e.code().number(), e.code().name(), category(e.category()), describe(e));
    if (e.epoch() > 0) {
      error.setEpoch(e.epoch());
    }
    if (e.retryAfterMs() > 0) {
      error.setRetryAfterMs(e.retryAfterMs());
    }
    return error;
  }

  /** As {@link #toThrift(SednaException)}, of whatever {@link #of} makes of it. */
  public static SednaError toThrift(Throwable failure) {
    return toThrift(of(failure));
  }

  /**
   * An error of a newer daemon keeps its category, so that the caller still does the right thing.
   */
  public static SednaException fromThrift(SednaError error) {
    ErrorCode code = ErrorCode.of(error.getCode());
    String message =
        code.number() == error.getCode()
            ? error.getMessage()
            : error.getName() + " (" + error.getCode() + "): " + error.getMessage();
    return new SednaException(
        code,
        category(error.getCategory(), code),
        message,
        error.getEpoch(),
        error.getRetryAfterMs(),
        null);
  }

  /**
   * The SednaException of a failure, out of the wrappings of futures; INTERNAL for what is none.
   */
  public static SednaException of(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof SednaException e) {
      return e;
    }
    if (cause instanceof SednaError e) {
      return fromThrift(e);
    }
    return new SednaException(ErrorCode.INTERNAL, String.valueOf(cause), cause);
  }

  private static String describe(SednaException e) {
    return e.getMessage() == null ? e.code().name() : e.getMessage();
  }

  private static io.sedna.thrift.generated.ErrorCategory category(ErrorCategory category) {
    return io.sedna.thrift.generated.ErrorCategory.findByValue(category.number());
  }

  private static ErrorCategory category(
      io.sedna.thrift.generated.ErrorCategory category, ErrorCode code) {
    if (category != null) {
      for (ErrorCategory candidate : ErrorCategory.values()) {
        if (candidate.number() == category.getValue()) {
          return candidate;
        }
      }
    }
    return code.category();
  }
}
