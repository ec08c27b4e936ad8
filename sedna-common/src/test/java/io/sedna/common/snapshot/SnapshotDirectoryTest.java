// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.InstanceName;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class SnapshotDirectoryTest {
  private static final TableName PAGES = TableName.parse("web.pages");
  private static final TableName LINKS = TableName.parse("web.links");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Configuration conf = new Configuration();
  private FileSystem fs;
  private SnapshotDirectory directory;

  @Before
  public void openDirectory() throws Exception {
    fs = FileSystem.getLocal(conf);
    directory = new SnapshotDirectory(fs, new Path(folder.getRoot().toURI() + "snapshots"));
  }

  @Test
  public void shouldCommitASnapshotThatReadsAsItWasWritten() throws Exception {
    Path unfinished = directory.begin("first");
    List<SnapshotFile> files = writeFiles(unfinished);
    SnapshotManifest manifest = manifest("first", 1_000, files);

    Path committed = directory.commit(unfinished, manifest);

    assertThat(committed.getName()).isEqualTo("first");
    assertThat(directory.manifest("first")).isEqualTo(manifest);
    assertThat(manifest.records()).isEqualTo(30);
    assertThat(manifest.filesOf(PAGES)).hasSize(2);
    assertThat(manifest.table(LINKS)).map(Table::id).contains(9);
    for (SnapshotFile file : files) {
      SnapshotFileReader.verify(fs, committed, file);
      try (var reader = SnapshotFileReader.open(fs, committed, file)) {
        assertThat(reader).toIterable().hasSize(10);
      }
    }
    assertThat(fs.exists(unfinished)).isFalse();
  }

  @Test
  public void shouldListCommittedOnesNewestFirst() throws Exception {
    commitEmpty("old", 1_000);
    commitEmpty("new", 3_000);
    commitEmpty("middle", 2_000);
    Path unfinished = directory.begin("unfinished");
    writeFiles(unfinished);

    List<SnapshotManifest> listed = directory.list();

    assertThat(listed).extracting(SnapshotManifest::name).containsExactly("new", "middle", "old");
  }

  @Test
  public void shouldListNothingWhereNothingIs() {
    assertThat(directory.list()).isEmpty();
    assertThat(directory.cleanUnfinished(Set.of())).isZero();
  }

  @Test
  public void shouldLeaveADamagedManifestOutOfTheList() throws Exception {
    commitEmpty("good", 1_000);
    Path bad = commitEmpty("bad", 2_000);
    overwrite(new Path(bad, SnapshotDirectory.MANIFEST), "{}");

    assertThat(directory.list()).extracting(SnapshotManifest::name).containsExactly("good");
    assertFails(ErrorCode.SNAPSHOT_CORRUPT, () -> directory.manifest("bad"), "MANIFEST.json");
  }

  @Test
  public void shouldFindAManifestWithoutItsChecksum() throws Exception {
    Path snapshot = commitEmpty("bad", 2_000);
    fs.delete(new Path(snapshot, SnapshotDirectory.MANIFEST_CHECKSUM), false);

    assertFails(ErrorCode.SNAPSHOT_CORRUPT, () -> directory.manifest("bad"), "checksum is missing");
  }

  @Test
  public void shouldRefuseASecondSnapshotOfOneName() throws Exception {
    commitEmpty("daily", 1_000);

    assertFails(ErrorCode.SNAPSHOT_EXISTS, () -> directory.begin("daily"), "'daily'");
  }

  @Test
  public void shouldCommitOnlyOneOfTwoThatRace() throws Exception {
    Path one = directory.begin("daily");
    Path two = directory.begin("daily");
    directory.commit(one, manifest("daily", 1_000, List.of()));

    assertFails(
        ErrorCode.SNAPSHOT_EXISTS,
        () -> directory.commit(two, manifest("daily", 2_000, List.of())),
        "'daily'");
    assertThat(directory.manifest("daily").createdAtMs()).isEqualTo(1_000);
    assertThat(names(directory.pathOf("daily")))
        .containsExactlyInAnyOrder("MANIFEST.json", "MANIFEST.xxh64");
  }

  @Test
  public void shouldNotCommitWithAFileMissingOrOfAnotherLength() throws Exception {
    Path unfinished = directory.begin("short");
    List<SnapshotFile> files = writeFiles(unfinished);
    overwrite(new Path(unfinished, files.get(0).path()), "short");
    fs.delete(new Path(unfinished, files.get(1).path()), false);

    assertFails(
        ErrorCode.SNAPSHOT_CORRUPT,
        () -> directory.commit(unfinished, manifest("short", 1, files)),
        "expected=" + files.get(0).bytes(),
        "found=5");
    assertFails(
        ErrorCode.SNAPSHOT_CORRUPT,
        () -> directory.commit(unfinished, manifest("short", 1, files.subList(1, 2))),
        "missing");
    assertThat(directory.list()).isEmpty();
  }

  @Test
  public void shouldDelete() throws Exception {
    commitEmpty("gone", 1_000);

    directory.delete("gone");

    assertThat(directory.list()).isEmpty();
    assertThat(names(directory.path())).isEmpty();
    assertFails(ErrorCode.SNAPSHOT_NOT_FOUND, () -> directory.delete("gone"), "'gone'");
    assertFails(ErrorCode.SNAPSHOT_NOT_FOUND, () -> directory.manifest("gone"), "'gone'");
  }

  @Test
  public void shouldCleanWhatNobodyIsWriting() throws Exception {
    Path crashed = directory.begin("crashed");
    Path running = directory.begin("running");
    commitEmpty("done", 1_000);

    int removed = directory.cleanUnfinished(Set.of(running));

    assertThat(removed).isEqualTo(1);
    assertThat(fs.exists(crashed)).isFalse();
    assertThat(fs.exists(running)).isTrue();
    assertThat(directory.list()).hasSize(1);
  }

  @Test
  public void shouldLocateNamesLatestAndUris() throws Exception {
    assertFails(ErrorCode.SNAPSHOT_NOT_FOUND, () -> directory.locate("latest"), "latest");
    commitEmpty("a", 1_000);
    commitEmpty("b", 2_000);

    assertThat(directory.locate("a")).isEqualTo(directory.pathOf("a"));
    assertThat(directory.locate("latest")).isEqualTo(directory.pathOf("b"));
    assertThat(directory.locate("hdfs://nn/x/y")).isEqualTo(new Path("hdfs://nn/x/y"));
  }

  @Test
  public void shouldRefuseNamesThatWouldLeadElsewhere() {
    for (String name : List.of("", ".tmp-x", "a/b", "..", "a b", "latest", "x".repeat(65))) {
      assertFails(ErrorCode.INVALID_NAME, () -> directory.begin(name), "illegal snapshot name");
    }
  }

  @Test
  public void shouldTellThatItCannotWrite() throws Exception {
    Files.writeString(folder.getRoot().toPath().resolve("file"), "in the way");
    var blocked = new SnapshotDirectory(fs, new Path(folder.getRoot().toURI() + "file/snapshots"));

    assertFails(ErrorCode.PATH_NOT_WRITABLE, () -> blocked.begin("x"), "file/snapshots");
  }

  @Test
  public void shouldOpenTheConfiguredDirectoryOrTheUsersOwn() {
    var instance = new InstanceName("mystore");

    SnapshotDirectory home = SnapshotDirectory.open(conf, instance);
    conf.set(SnapshotConfig.DIR, folder.getRoot().toURI().toString());
    SnapshotDirectory configured = SnapshotDirectory.open(conf, instance);

    assertThat(home.path().toUri().getPath()).endsWith("/sedna/mystore/snapshots");
    assertThat(configured.path().toUri().getPath()).isEqualTo(folder.getRoot().getPath());
  }

  @Test
  public void shouldNameTheDirectoryOfAnUnknownFileSystem() {
    conf.set(SnapshotConfig.DIR, "nosuch://host/path");

    assertFails(
        ErrorCode.STORAGE_FAILED,
        () -> SnapshotDirectory.open(conf, new InstanceName("mystore")),
        "sedna.snapshot.dir=nosuch://host/path");
  }

  @Test
  public void shouldMakeNamesThatSortByTime() {
    String name = SnapshotNames.ofTime(1_700_000_000_123L);

    assertThat(name).isEqualTo("20231114-221320-123");
    assertThat(SnapshotNames.check(name)).isEqualTo(name);
    assertThat(SnapshotNames.ofTime(1_700_000_000_124L)).isGreaterThan(name);
  }

  private Path commitEmpty(String name, long createdAtMs) {
    return directory.commit(directory.begin(name), manifest(name, createdAtMs, List.of()));
  }

  private List<SnapshotFile> writeFiles(Path unfinished) throws Exception {
    var files = new ArrayList<SnapshotFile>();
    for (SnapshotPart part :
        List.of(
            SnapshotPart.of(PAGES, 0, 0, Long.MAX_VALUE),
            SnapshotPart.of(PAGES, 1, Long.MIN_VALUE, -1),
            SnapshotPart.of(LINKS, 1, Long.MIN_VALUE, -1))) {
      try (var writer = SnapshotFileWriter.create(fs, unfinished, part)) {
        for (int i = 0; i < 10; i++) {
          writer.append(new SnapshotRecord(new byte[] {(byte) i}, new byte[i], i, 0, 0));
        }
        files.add(writer.finish());
      }
    }
    return files;
  }

  private static SnapshotManifest manifest(
      String name, long createdAtMs, List<SnapshotFile> files) {
    var links =
        new TableSchema(
            LINKS,
            5,
            2,
            4,
            ConsistencyMode.STRONG,
            MemoryMode.CACHE,
            60,
            PersistenceMode.LOG,
            70,
            64L << 20);
    return new SnapshotManifest(
        SnapshotManifest.FORMAT_VERSION,
        "mystore",
        name,
        createdAtMs,
        true,
        2,
        List.of(new Table(8, TableSchema.of(PAGES, 3), false, 11), new Table(9, links, false, 12)),
        files);
  }

  private void overwrite(Path path, String contents) throws Exception {
    try (var out = fs.create(path, true)) {
      out.write(contents.getBytes(StandardCharsets.UTF_8));
    }
  }

  private List<String> names(Path path) throws Exception {
    var names = new ArrayList<String>();
    for (FileStatus status : fs.listStatus(path)) {
      names.add(status.getPath().getName());
    }
    return names;
  }

  private static void assertFails(ErrorCode code, ThrowingCallable call, CharSequence... message) {
    SednaException e = catchThrowableOfType(SednaException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(code);
    assertThat(e).hasMessageContainingAll(message);
  }
}
