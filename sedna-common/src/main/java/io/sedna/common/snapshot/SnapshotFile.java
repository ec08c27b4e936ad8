// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import io.sedna.common.schema.TableName;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * One finished file of a snapshot, as its manifest lists it.
 *
 * @param records versions in the file: a key that several sources wrote counts once for each
 * @param bytes length of the file
 * @param checksum XXH64 with seed 0 of the file's bytes, as 16 hexadecimal digits
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record SnapshotFile(SnapshotPart part, long records, long bytes, String checksum) {

  public String path() {
    return part.path();
  }

  public TableName table() {
    return part.table();
  }

  public int partition() {
    return part.partition();
  }

  /** Least hash, unsigned, inclusive. */
  public long firstHash() {
    return part.firstHash();
  }

  /** Greatest hash, unsigned, inclusive. */
  public long lastHash() {
    return part.lastHash();
  }
}
