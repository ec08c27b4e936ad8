// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import org.apache.hadoop.fs.ChecksumException;

/** The failures of this package, worded in one place. */
final class SnapshotErrors {
  private SnapshotErrors() {}

  static SednaException corrupt(Object file, String what, Object expected, Object found) {
    return corrupt(file, what + ": expected=" + expected + ", found=" + found, null);
  }

  static SednaException corrupt(Object file, String what, Throwable cause) {
    return new SednaException(
        ErrorCode.SNAPSHOT_CORRUPT, "snapshot file " + file + " is damaged: " + what, cause);
  }

  static SednaException storage(String doing, Object path, IOException cause) {
    if (cause instanceof ChecksumException) {
      // The file system keeps checksums of its own, and noticed first.
      return corrupt(path, cause.toString(), cause);
    }
    return new SednaException(
        ErrorCode.STORAGE_FAILED, "cannot " + doing + " " + path + ": " + cause, cause);
  }

  static SednaException notWritable(Object path, String why, Throwable cause) {
    return new SednaException(
        ErrorCode.PATH_NOT_WRITABLE, "cannot write to " + path + ": " + why, cause);
  }

  static SednaException notFound(Object snapshot, Object path) {
    return new SednaException(
        ErrorCode.SNAPSHOT_NOT_FOUND,
        "no such snapshot: '" + snapshot + "' (looked at " + path + ")");
  }

  static SednaException exists(String name, Object path) {
    return new SednaException(
        ErrorCode.SNAPSHOT_EXISTS, "snapshot exists already: '" + name + "' at " + path);
  }
}
