// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotFileReader;
import io.sedna.common.snapshot.SnapshotFileWriter;
import io.sedna.common.snapshot.SnapshotManifest;
import io.sedna.common.snapshot.SnapshotPart;
import io.sedna.common.snapshot.SnapshotRecord;
import io.sedna.minicluster.MiniHadoopCluster;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedExceptionAction;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.UserGroupInformation;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Snapshots on HDFS, where renames and permissions are not those of a local disk. */
public class SnapshotDirectoryIT {
  private static final TableName PAGES = TableName.parse("web.pages");
  private static final Table TABLE = new Table(1, TableSchema.of(PAGES, 3), false, 1);

  @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();
  private static MiniHadoopCluster hadoop;
  private static FileSystem fs;

  @BeforeClass
  public static void start() throws Exception {
    hadoop =
        MiniHadoopCluster.builder(FOLDER.getRoot().toPath())
            .datanodes(1)
            .racks("/rack-a")
            .nodeManagers(1)
            .start();
    fs = hadoop.fileSystem();
  }

  @AfterClass
  public static void stop() {
    if (hadoop != null) {
      hadoop.close();
    }
  }

  @Test
  public void shouldCommitListReadAndDelete() throws Exception {
    var directory = new SnapshotDirectory(fs, new Path("/whole"));
    Path unfinished = directory.begin("one");
    SnapshotFile file = write(unfinished, 1_000);

    Path committed = directory.commit(unfinished, manifest("one", file));

    assertThat(directory.list()).containsExactly(manifest("one", file));
    SnapshotFileReader.verify(fs, committed, file);
    try (var reader = SnapshotFileReader.open(fs, committed, file)) {
      assertThat(reader).toIterable().hasSize(1_000);
    }
    directory.delete("one");
    assertThat(names(directory)).isEmpty();
  }

  @Test
  public void shouldCommitOnlyOneOfTwoThatRace() throws Exception {
    var directory = new SnapshotDirectory(fs, new Path("/race"));
    Path first = directory.begin("daily");
    Path second = directory.begin("daily");
    directory.commit(first, manifest("daily", write(first, 1)));
    SnapshotFile file = write(second, 2);

    fails(
        ErrorCode.SNAPSHOT_EXISTS,
        () -> directory.commit(second, manifest("daily", file)),
        "'daily'");
    assertThat(directory.manifest("daily").records()).isEqualTo(1);
    assertThat(directory.cleanUnfinished(Set.of())).isEqualTo(1);
    assertThat(names(directory)).containsExactly("daily");
  }

  @Test
  public void shouldTellWhoMayNotWriteWhere() throws Exception {
    var path = new Path("/private");
    fs.mkdirs(path, new FsPermission((short) 0755));
    FileSystem others = fileSystemOf("mallory");
    var directory = new SnapshotDirectory(others, path);

    fails(ErrorCode.PATH_NOT_WRITABLE, () -> directory.begin("mine"), "/private", "mallory");
  }

  @Test
  public void shouldTellThatAnotherUserMayNotCommit() throws Exception {
    var path = new Path("/shared");
    var directory = new SnapshotDirectory(fs, path);
    Path unfinished = directory.begin("mine");
    fs.setPermission(unfinished, new FsPermission((short) 0755));
    var others = new SnapshotDirectory(fileSystemOf("mallory"), path);
    SnapshotManifest empty =
        new SnapshotManifest(
            SnapshotManifest.FORMAT_VERSION, "x", "mine", 1, false, 1, List.of(), List.of());

    fails(ErrorCode.PATH_NOT_WRITABLE, () -> others.commit(unfinished, empty), "MANIFEST.json");
    assertThat(directory.list()).isEmpty();
  }

  @Test
  public void shouldFindAFileThatIsGone() throws Exception {
    var directory = new SnapshotDirectory(fs, new Path("/gone"));
    Path unfinished = directory.begin("one");
    SnapshotFile file = write(unfinished, 10);
    Path committed = directory.commit(unfinished, manifest("one", file));
    fs.delete(new Path(committed, file.path()), false);

    fails(
        ErrorCode.SNAPSHOT_CORRUPT,
        () -> SnapshotFileReader.verify(fs, committed, file),
        file.path(),
        "missing");
  }

  private static FileSystem fileSystemOf(String user) throws Exception {
    PrivilegedExceptionAction<FileSystem> open =
        () -> FileSystem.newInstance(fs.getUri(), hadoop.configuration());
    return UserGroupInformation.createRemoteUser(user).doAs(open);
  }

  private static SnapshotFile write(Path unfinished, int records) throws Exception {
    SnapshotPart part = SnapshotPart.of(PAGES, 0, 0, -1);
    try (var writer = SnapshotFileWriter.create(fs, unfinished, part)) {
      for (int i = 0; i < records; i++) {
        byte[] key = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
        writer.append(new SnapshotRecord(key, new byte[100], i + 1, 0, 0));
      }
      return writer.finish();
    }
  }

  private static SnapshotManifest manifest(String name, SnapshotFile file) {
    return new SnapshotManifest(
        SnapshotManifest.FORMAT_VERSION, "x", name, 1, false, 1, List.of(TABLE), List.of(file));
  }

  private static List<String> names(SnapshotDirectory directory) throws Exception {
    return Arrays.stream(fs.listStatus(directory.path()))
        .map(FileStatus::getPath)
        .map(Path::getName)
        .toList();
  }

  private static void fails(ErrorCode code, ThrowingCallable call, CharSequence... message) {
    SednaException e = catchThrowableOfType(SednaException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(code);
    assertThat(e).hasMessageContainingAll(message);
  }
}
