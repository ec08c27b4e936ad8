// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.TableName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import net.openhft.hashing.LongHashFunction;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.Test;

public class SnapshotFileTest {
  private static final SnapshotPart PART =
      SnapshotPart.of(TableName.parse("web.pages"), 7, 0x10L << 56, 0x1FL << 56);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  public void shouldReadWhatItWrote() throws Exception {
    List<SnapshotRecord> records = randomRecords(5_000, 1);

    SnapshotFile file = write(records);

    assertThat(file.part()).isEqualTo(PART);
    assertThat(file.records()).isEqualTo(5_000);
    assertThat(file.bytes()).isEqualTo(bytes.size());
    long hash = LongHashFunction.xx().hashBytes(bytes.toByteArray());
    assertThat(file.checksum()).isEqualTo(String.format("%016x", hash));
    assertThat(read(bytes.toByteArray(), file)).isEqualTo(records);
  }

  @Test
  public void shouldHoldNoRecords() throws Exception {
    SnapshotFile file = write(List.of());

    assertThat(file.records()).isZero();
    assertThat(read(bytes.toByteArray(), file)).isEmpty();
  }

  @Test
  public void shouldHoldEmptyAndLargeValues() throws Exception {
    List<SnapshotRecord> records =
        List.of(
            new SnapshotRecord(new byte[] {0}, new byte[0], 1, Integer.MIN_VALUE, 0),
            new SnapshotRecord(
                new byte[32 * 1024], new byte[8 << 20], Long.MAX_VALUE, -1, Long.MAX_VALUE));

    SnapshotFile file = write(records);

    assertThat(read(bytes.toByteArray(), file)).isEqualTo(records);
    assertThat(file.bytes()).isLessThan(64 * 1024);
  }

  @Test
  public void shouldBeReadableByAnyAvroTool() throws Exception {
    write(randomRecords(10, 2));

    var in = new ByteArrayInputStream(bytes.toByteArray());
    try (var stream = new DataFileStream<>(in, new GenericDatumReader<GenericRecord>())) {
      assertThat(stream.getMetaString("avro.codec")).isEqualTo("zstandard");
      assertThat(stream.getMetaString("sedna.table")).isEqualTo("web.pages");
      assertThat(stream.getMetaLong("sedna.partition")).isEqualTo(7);
      assertThat(stream.getMetaString("sedna.first.hash")).isEqualTo("1000000000000000");
      assertThat(stream.getSchema().getFields())
          .extracting(Schema.Field::name)
          .containsExactly("key", "value", "timestamp", "source", "expiresAtMs", "flags");
      assertThat(stream.next().get("timestamp")).isInstanceOf(Long.class);
    }
  }

  @Test
  public void shouldReadFilesWhoseSchemaHasOtherFieldsAndOrder() throws Exception {
    Schema other =
        SchemaBuilder.record("SnapshotRecord")
            .namespace("io.sedna.snapshot")
            .fields()
            .requiredLong("timestamp")
            .requiredString("comment")
            .requiredInt("source")
            .requiredBytes("value")
            .requiredBytes("key")
            .endRecord();
    var record = new GenericData.Record(other);
    record.put("timestamp", 5L);
    record.put("comment", "not known here");
    record.put("source", 6);
    record.put("value", ByteBuffer.wrap(new byte[] {2}));
    record.put("key", ByteBuffer.wrap(new byte[] {1}));
    try (var writer = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(other))) {
      writer.create(other, bytes);
      writer.append(record);
      writer.append(record);
    }

    List<SnapshotRecord> read = read(bytes.toByteArray(), describe(bytes.toByteArray(), 2));

    var expected = new SnapshotRecord(new byte[] {1}, new byte[] {2}, 5, 6, 0);
    assertThat(read).containsExactly(expected, expected);
  }

  @Test
  public void shouldFindEveryDamagedByte() throws Exception {
    SnapshotFile file = write(randomRecords(200, 3));
    byte[] whole = bytes.toByteArray();
    var random = new Random(4);

    for (int i = 0; i < whole.length; i += 1 + random.nextInt(40)) {
      byte[] damaged = whole.clone();
      damaged[i] ^= (byte) (1 + random.nextInt(255));

      assertCorrupt(() -> read(damaged, file));
      assertCorrupt(() -> SnapshotFileReader.verify(new ByteArrayInputStream(damaged), file));
    }
  }

  @Test
  public void shouldFindEveryTruncation() throws Exception {
    SnapshotFile file = write(randomRecords(100, 5));
    byte[] whole = bytes.toByteArray();

    for (int length = 0; length < whole.length; length += 97) {
      byte[] cut = Arrays.copyOf(whole, length);

      assertCorrupt(() -> read(cut, file));
      assertCorrupt(() -> SnapshotFileReader.verify(new ByteArrayInputStream(cut), file));
    }
  }

  @Test
  public void shouldNameFileExpectedAndFoundWhenTheChecksumDiffers() throws Exception {
    SnapshotFile file = write(randomRecords(10, 6));
    var other = new SnapshotFile(PART, file.records(), file.bytes(), "0123456789abcdef");

    assertThatThrownBy(
            () -> SnapshotFileReader.verify(new ByteArrayInputStream(bytes.toByteArray()), other))
        .hasMessageContaining("web.pages/00007.avro")
        .hasMessageContaining("expected=0123456789abcdef")
        .hasMessageContaining("found=" + file.checksum());
  }

  @Test
  public void shouldFindAWrongNumberOfRecords() throws Exception {
    SnapshotFile file = write(randomRecords(10, 7));
    var other = new SnapshotFile(PART, 11, file.bytes(), file.checksum());

    assertCorrupt(() -> read(bytes.toByteArray(), other));
  }

  @Test
  public void shouldTellTheFileSystemsFailureFromDamage() throws Exception {
    SnapshotFile file = write(randomRecords(1_000, 8));
    byte[] whole = bytes.toByteArray();
    var failing =
        new InputStream() {
          private final InputStream in = new ByteArrayInputStream(whole, 0, whole.length / 2);

          @Override
          public int read() throws IOException {
            throw new IOException("one byte at a time");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            if (count < 0) {
              throw new IOException("datanode is gone");
            }
            return count;
          }
        };

    SednaException e =
        catchThrowableOfType(
            SednaException.class,
            () -> {
              try (var reader = new SnapshotFileReader(failing, file)) {
                reader.forEachRemaining(record -> {});
              }
            });

    assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(e).hasMessageContaining("web.pages/00007.avro").hasMessageContaining("datanode");
  }

  @Test
  public void shouldTellThatWritingFailed() {
    var full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space left");
          }
        };

    SednaException e =
        catchThrowableOfType(
            SednaException.class,
            () -> {
              try (var writer = new SnapshotFileWriter(full, PART)) {
                randomRecords(100_000, 9).forEach(writer::append);
                writer.finish();
              }
            });

    assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(e).hasMessageContaining("no space left").hasMessageContaining(PART.path());
  }

  @Test
  public void shouldEndLikeAnyIterator() throws Exception {
    SnapshotFile file = write(List.of());

    try (var reader = new SnapshotFileReader(new ByteArrayInputStream(bytes.toByteArray()), file)) {
      assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  public void shouldKeepPathsInsideTheSnapshot() {
    for (String path : List.of("/etc/passwd", "../other", "a/../../b", "", "a//b", "a b", ".tmp")) {
      SednaException e =
          catchThrowableOfType(
              SednaException.class, () -> new SnapshotPart(path, PART.table(), 0, 0, -1));

      assertThat(e).as(path).isNotNull();
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_NAME);
    }
  }

  private SnapshotFile write(List<SnapshotRecord> records) throws IOException {
    try (var writer = new SnapshotFileWriter(bytes, PART)) {
      records.forEach(writer::append);
      return writer.finish();
    }
  }

  private static SnapshotFile describe(byte[] contents, long records) {
    long hash = LongHashFunction.xx().hashBytes(contents);
    return new SnapshotFile(PART, records, contents.length, String.format("%016x", hash));
  }

  private static List<SnapshotRecord> read(byte[] contents, SnapshotFile file) throws IOException {
    var records = new ArrayList<SnapshotRecord>();
    try (var reader = new SnapshotFileReader(new ByteArrayInputStream(contents), file)) {
      reader.forEachRemaining(records::add);
    }
    return records;
  }

  private static void assertCorrupt(ThrowingCallable call) {
    SednaException e = catchThrowableOfType(SednaException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(ErrorCode.SNAPSHOT_CORRUPT);
    assertThat(e).hasMessageContaining("web.pages/00007.avro");
  }

  private static List<SnapshotRecord> randomRecords(int count, long seed) {
    var random = new Random(seed);
    var records = new ArrayList<SnapshotRecord>(count);
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[1 + random.nextInt(40)];
      byte[] value = new byte[random.nextInt(200)];
      random.nextBytes(key);
      random.nextBytes(value);
      long expiresAtMs = random.nextBoolean() ? 0 : random.nextLong() >>> 1;
      records.add(new SnapshotRecord(key, value, random.nextLong(), random.nextInt(), expiresAtMs));
    }
    return records;
  }
}
