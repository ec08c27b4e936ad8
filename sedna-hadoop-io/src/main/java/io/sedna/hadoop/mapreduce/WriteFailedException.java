// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

/** A record of a batch could not be written; the cause says why. */
final class WriteFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  WriteFailedException(Throwable cause) {
    super(cause);
  }
}
