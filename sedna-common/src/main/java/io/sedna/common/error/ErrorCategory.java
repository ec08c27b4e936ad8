// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.error;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** What a caller should do about an error; the numbers are those of {@code sedna.thrift}. */
@InterfaceAudience.Public
@InterfaceStability.Stable
public enum ErrorCategory {
  /** The request is wrong; sending it again cannot help. */
  USER_ERROR(1),
  /** The request is right, the moment is not: try again after a pause. */
  RETRY(2),
  /** A limit was reached: add capacity, delete data or slow down. */
  RESOURCES(3),
  /** A fault of Sedna or of what it runs on. */
  INTERNAL(4);

  private final int number;

  ErrorCategory(int number) {
    this.number = number;
  }

  /** Number on the wire. */
  public int number() {
    return number;
  }
}
