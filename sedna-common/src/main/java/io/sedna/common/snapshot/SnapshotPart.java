// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.TableName;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What one file of a snapshot is to hold.
 *
 * @param path relative to the snapshot's directory, parts separated by '/'
 * @param partition of the partition map that the snapshot was made under
 * @param firstHash least hash of its records, unsigned, inclusive
 * @param lastHash greatest hash of its records, unsigned, inclusive
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record SnapshotPart(
    String path, TableName table, int partition, long firstHash, long lastHash) {
  /** No dots alone and no leading slash: a manifest must not lead out of its directory. */
  private static final Pattern LEGAL_PATH =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  /**
   * @throws SednaException with {@link ErrorCode#INVALID_NAME} if the path is not a plain relative
   *     one
   */
  public SnapshotPart {
    if (!LEGAL_PATH.matcher(path).matches()) {
      throw new SednaException(
          ErrorCode.INVALID_NAME, "illegal path of a snapshot's file: '" + path + "'");
    }
  }

  /** The file of a table's partition where there is one file for each. */
  public static SnapshotPart of(TableName table, int partition, long firstHash, long lastHash) {
    String path = String.format(Locale.ROOT, "%s/%05d.avro", table, partition);
    return new SnapshotPart(path, table, partition, firstHash, lastHash);
  }
}
