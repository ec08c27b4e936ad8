// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What a snapshot holds. A snapshot without a manifest is unfinished.
 *
 * @param formatVersion of the manifest and the files; {@link #FORMAT_VERSION}
 * @param instance that it was made of
 * @param name the snapshot's own
 * @param createdAtMs when it was begun, in milliseconds since 1970
 * @param periodic made by the timer, so that retention may delete it
 * @param partitions of the instance when it was made
 * @param tables with the ids that seed the hashes in the files
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record SnapshotManifest(
    int formatVersion,
    String instance,
    String name,
    long createdAtMs,
    boolean periodic,
    int partitions,
    List<Table> tables,
    List<SnapshotFile> files) {
  /** The format that this program writes, and the only one it reads. */
  public static final int FORMAT_VERSION = 1;

  public SnapshotManifest {
    tables = List.copyOf(tables);
    files = List.copyOf(files);
  }

  public Optional<Table> table(TableName name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst();
  }

  public List<SnapshotFile> filesOf(TableName table) {
    return files.stream().filter(file -> file.table().equals(table)).toList();
  }

  /** Versions in all files. */
  public long records() {
    return files.stream().mapToLong(SnapshotFile::records).sum();
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(SnapshotFile::bytes).sum();
  }
}
