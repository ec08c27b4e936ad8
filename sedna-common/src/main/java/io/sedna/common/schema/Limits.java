// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Sizes that every record and batch keeps to; checked by the client before it sends and by the
 * daemon again.
 */
@InterfaceAudience.Public
@InterfaceStability.Stable
public final class Limits {
  /** Longest key, in bytes. */
  public static final int MAX_KEY_BYTES = 32 * 1024;

  /** Largest value, in bytes. */
  public static final int MAX_VALUE_BYTES = 8 * 1024 * 1024;

  /** Most keys or entries in one multi call. */
  public static final int MAX_BATCH_ENTRIES = 10_000;

  /** Most bytes of records in one answer of a scan. */
  public static final int MAX_SCAN_BYTES = 8 * 1024 * 1024;

  /** Most records in one answer of a scan. */
  public static final int MAX_SCAN_RECORDS = 100_000;

  private Limits() {}

  /**
   * @throws SednaException with {@link ErrorCode#KEY_EMPTY} or {@link ErrorCode#KEY_TOO_LONG}
   */
  public static void checkKeyLength(int bytes) {
    if (bytes == 0) {
      throw new SednaException(ErrorCode.KEY_EMPTY, "a key has at least 1 byte");
    }
    if (bytes > MAX_KEY_BYTES) {
      throw new SednaException(
          ErrorCode.KEY_TOO_LONG, "key too long: bytes=" + bytes + ", limit=" + MAX_KEY_BYTES);
    }
  }

  /**
   * @throws SednaException with {@link ErrorCode#VALUE_TOO_LARGE}
   */
  public static void checkValueLength(int bytes) {
    if (bytes > MAX_VALUE_BYTES) {
      throw new SednaException(
          ErrorCode.VALUE_TOO_LARGE,
          "value too large: bytes=" + bytes + ", limit=" + MAX_VALUE_BYTES);
    }
  }

  /**
   * @throws SednaException with {@link ErrorCode#BATCH_TOO_LARGE}
   */
  public static void checkBatch(int entries) {
    if (entries > MAX_BATCH_ENTRIES) {
      throw new SednaException(
          ErrorCode.BATCH_TOO_LARGE,
          "batch too large: entries=" + entries + ", limit=" + MAX_BATCH_ENTRIES);
    }
  }
}
