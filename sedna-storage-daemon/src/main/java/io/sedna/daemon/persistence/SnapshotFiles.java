// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.schema.TableName;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotManifest;
import io.sedna.common.snapshot.SnapshotPart;
import io.sedna.thrift.generated.SnapshotInfo;

/** Files and manifests on the wire and in the program. */
final class SnapshotFiles {
  private SnapshotFiles() {}

  static io.sedna.thrift.peer.SnapshotFile toThrift(SnapshotFile file) {
    return new io.sedna.thrift.peer.SnapshotFile(
        file.path(),
        file.table().toString(),
        file.partition(),
        file.firstHash(),
        file.lastHash(),
        file.records(),
        file.bytes(),
        file.checksum());
  }

  static SnapshotFile toCommon(io.sedna.thrift.peer.SnapshotFile file) {
    var part =
        new SnapshotPart(
            file.getPath(),
            TableName.parse(file.getTable()),
            file.getPartition(),
            file.getFirstHash(),
            file.getLastHash());
    return new SnapshotFile(part, file.getRecords(), file.getBytes(), file.getChecksum());
  }

  static SnapshotInfo info(SnapshotManifest manifest, String path) {
    return new SnapshotInfo(
        manifest.name(),
        manifest.instance(),
        manifest.createdAtMs(),
        manifest.records(),
        manifest.bytes(),
        manifest.files().size(),
        manifest.tables().stream().map(table -> table.name().toString()).toList(),
        path,
        manifest.periodic());
  }
}
