// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotFileWriter;
import io.sedna.common.snapshot.SnapshotManifest;
import io.sedna.common.snapshot.SnapshotPart;
import io.sedna.common.snapshot.SnapshotRecord;
import io.sedna.hadoop.mapreduce.CountingContext;
import io.sedna.hadoop.mapreduce.SednaCounter;
import io.sedna.hadoop.mapreduce.SednaRecord;
import io.sedna.hadoop.snapshot.SnapshotSplitPlanner.PlacedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.DataInputBuffer;
import org.apache.hadoop.io.DataOutputBuffer;
import org.apache.hadoop.mapreduce.Job;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class SednaSnapshotInputFormatTest {
  private static final TableName PRICES = TableName.parse("shop.prices");
  private static final TableName STOCK = TableName.parse("shop.stock");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Configuration conf = new Configuration();
  private final SednaSnapshotInputFormat format = new SednaSnapshotInputFormat();
  private final List<SnapshotFile> files = new ArrayList<>();
  private CountingContext context;
  private FileSystem fs;
  private SnapshotDirectory directory;
  private Path unfinished;

  @Before
  public void setUp() throws IOException {
    fs = FileSystem.getLocal(conf);
    directory = new SnapshotDirectory(fs, new Path(folder.getRoot().toURI()));
    unfinished = directory.begin("snap");
  }

  @Test
  public void shouldReadEveryRecordOfTheTable() throws Exception {
    file(PRICES, 0, record("a", 1, 0), record("b", 2, 0));
    file(PRICES, 1, record("c", 3, 0));
    file(PRICES, 2);
    file(STOCK, 0, record("d", 4, 0));
    commit(PRICES, STOCK);

    SednaSnapshotInputFormat.setSnapshot(conf, directory.pathOf("snap"), "shop.prices");

    assertThat(read()).containsExactlyInAnyOrder("a/1/0", "b/2/0", "c/3/0");
    assertThat(context.getCounter(SednaCounter.RECORDS_READ).getValue()).isEqualTo(3);
    assertThat(context.getCounter(SednaCounter.BYTES_READ).getValue()).isEqualTo(6);
  }

  @Test
  public void shouldGiveTheNewestVersionOfAKey() throws Exception {
    file(
        PRICES,
        0,
        record("a", 5, 9),
        record("a", 6, 1),
        record("a", 4, 2),
        record("b", 6, 1),
        record("b", 6, 2));
    commit(PRICES);

    assertThat(read()).containsExactly("a/6/1", "b/6/2");
  }

  @Test
  public void shouldGiveEverySourcesVersionIfAskedTo() throws Exception {
    file(PRICES, 0, record("a", 5, 9), record("a", 6, 1));
    commit(PRICES);
    conf.setBoolean(SednaSnapshotInputFormat.ALL_SOURCES, true);

    assertThat(read()).containsExactly("a/5/9", "a/6/1");
  }

  @Test
  public void shouldLeaveOutWhatHasExpiredWithAllThatItHides() throws Exception {
    long future = System.currentTimeMillis() + 1_000_000;
    file(
        PRICES,
        0,
        new SnapshotRecord(bytes("a"), bytes("v"), 6, 0, 1),
        record("a", 5, 0),
        new SnapshotRecord(bytes("b"), bytes("v"), 5, 0, future));
    commit(PRICES);

    assertThat(read()).containsExactly("b/5/0");
  }

  @Test
  public void shouldRefuseASnapshotThatIsNotThere() {
    SednaSnapshotInputFormat.setSnapshot(conf, directory.pathOf("other"), null);

    assertFails(ErrorCode.SNAPSHOT_NOT_FOUND, "other");
  }

  @Test
  public void shouldRefuseATableThatTheSnapshotLacks() throws Exception {
    commit(PRICES);
    SednaSnapshotInputFormat.setSnapshot(conf, directory.pathOf("snap"), "shop.none");

    assertFails(ErrorCode.TABLE_NOT_FOUND, "shop.prices");
  }

  @Test
  public void shouldAskForTheTableWhereThereAreSeveral() throws Exception {
    commit(PRICES, STOCK);

    assertFails(ErrorCode.INVALID_ARGUMENT, "shop.stock");
  }

  @Test
  public void shouldRefuseMissingAndShortenedFilesAtSubmission() throws Exception {
    file(PRICES, 0, record("a", 1, 0));
    commit(PRICES);
    var file = local(files.get(0));
    var content = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(content, content.length - 1));
    assertFails(ErrorCode.SNAPSHOT_CORRUPT, "length in bytes");

    Files.delete(file);
    assertFails(ErrorCode.SNAPSHOT_CORRUPT, "missing");
  }

  @Test
  public void shouldFailTheTaskThatMeetsDamage() throws Exception {
    file(
        PRICES,
        0,
        IntStream.range(0, 5_000)
            .mapToObj(i -> record("key" + i, i + 1, 0))
            .toArray(SnapshotRecord[]::new));
    commit(PRICES);
    var file = local(files.get(0));
    var content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));

    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SNAPSHOT_CORRUPT")
        .hasMessageContaining(files.get(0).path());
  }

  @Test
  public void shouldPackFilesOfAHostIntoSplits() {
    var placed = new ArrayList<PlacedFile>();
    for (int i = 0; i < 90; i++) {
      var part = SnapshotPart.of(PRICES, i, i, i);
      var hosts = List.of("h" + i % 3, "h" + (i + 1) % 3);
      placed.add(new PlacedFile(new SnapshotFile(part, 1, 10, "0"), hosts));
    }

    var splits = SnapshotSplitPlanner.plan(placed, 100);

    assertThat(splits).hasSize(9).allMatch(split -> split.getLength() == 100);
    assertThat(splits.stream().flatMap(split -> split.files().stream()))
        .hasSize(90)
        .doesNotHaveDuplicates();
    for (var split : splits) {
      var host = split.getLocations()[0];
      assertThat(split.files())
          .allMatch(file -> placed.get(file.partition()).hosts().contains(host));
    }
  }

  @Test
  public void shouldReadBackASplit() throws Exception {
    var file = new SnapshotFile(SnapshotPart.of(STOCK, 3, 4, -1L), 5, 6, "0123456789abcdef");
    var out = new DataOutputBuffer();
    new SednaSnapshotSplit(List.of(file), List.of("h1", "h2")).write(out);
    var in = new DataInputBuffer();
    in.reset(out.getData(), out.getLength());
    var copy = new SednaSnapshotSplit();

    copy.readFields(in);

    assertThat(copy.files()).containsExactly(file);
    assertThat(copy.getLocations()).containsExactly("h1", "h2");
  }

  private void file(TableName table, int partition, SnapshotRecord... records) {
    var part = SnapshotPart.of(table, partition, partition, partition);
    var writer = SnapshotFileWriter.create(fs, unfinished, part);
    for (var record : records) {
      writer.append(record);
    }
    files.add(writer.finish());
  }

  private void commit(TableName... tables) {
    var described = new ArrayList<Table>();
    for (var table : tables) {
      described.add(new Table(described.size() + 1, TableSchema.of(table, 3), false, 1));
    }
    directory.commit(
        unfinished,
        new SnapshotManifest(
            SnapshotManifest.FORMAT_VERSION, "test", "snap", 1, false, 4, described, files));
    SednaSnapshotInputFormat.setSnapshot(conf, directory.pathOf("snap"), null);
  }

  private java.nio.file.Path local(SnapshotFile file) {
    var path = new Path(directory.pathOf("snap"), file.path());
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  /** Records as key/timestamp/source. */
  private List<String> read() throws Exception {
    context = new CountingContext(conf);
    var records = new ArrayList<String>();
    for (var split : format.getSplits(Job.getInstance(conf))) {
      try (var reader = format.createRecordReader(split, context)) {
        reader.initialize(split, context);
        while (reader.nextKeyValue()) {
          SednaRecord value = reader.getCurrentValue();
          assertThat(value.value()).isEqualTo(bytes("v"));
          records.add(
              new String(reader.getCurrentKey().copyBytes(), UTF_8)
                  + "/"
                  + value.timestamp()
                  + "/"
                  + value.source());
        }
        assertThat(reader.getProgress()).isEqualTo(1f);
      }
    }
    return records;
  }

  private void assertFails(ErrorCode code, String message) {
    assertThatThrownBy(() -> format.getSplits(Job.getInstance(conf)))
        .isInstanceOfSatisfying(SednaException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private static SnapshotRecord record(String key, long timestamp, int source) {
    return new SnapshotRecord(bytes(key), bytes("v"), timestamp, source, 0);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
