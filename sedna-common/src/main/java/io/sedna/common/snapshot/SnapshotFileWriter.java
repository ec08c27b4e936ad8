// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import io.sedna.common.error.SednaException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * Writes one file of a snapshot: an Avro container file of zstd blocks, readable by any Avro tool.
 * Holds live versions only, of all sources; tombstones are left out, because a restore goes into an
 * empty table. Hashes and counts while it writes. Not thread-safe; blocks on the file system.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SnapshotFileWriter implements Closeable {
  /** Fast, and about as small as the levels above for values of a few hundred bytes. */
  private static final int ZSTD_LEVEL = 3;

  /** Bytes of records in a block before compression. */
  private static final int BLOCK_BYTES = 256 * 1024;

  private final SnapshotPart part;
  private final ChecksumStreams.Output out;
  private final DataFileWriter<SnapshotRecord> writer;
  private long records;

  /**
   * @param out closed with this writer, also if this constructor throws; buffered inside
   * @throws SednaException with STORAGE_FAILED
   */
  public SnapshotFileWriter(OutputStream out, SnapshotPart part) {
    this.part = part;
    this.out = new ChecksumStreams.Output(out);
    this.writer = new DataFileWriter<>(new AvroRecords.Writer());
    writer.setCodec(CodecFactory.zstandardCodec(ZSTD_LEVEL, true));
    writer.setSyncInterval(BLOCK_BYTES);
    writer.setMeta("sedna.table", part.table().toString());
    writer.setMeta("sedna.partition", part.partition());
    writer.setMeta("sedna.first.hash", Long.toUnsignedString(part.firstHash(), 16));
    writer.setMeta("sedna.last.hash", Long.toUnsignedString(part.lastHash(), 16));
    try {
      writer.create(AvroRecords.SCHEMA, this.out);
    } catch (IOException e) {
      SednaException failure = SnapshotErrors.storage("write", part.path(), e);
      try {
        out.close();
      } catch (IOException closing) {
        failure.addSuppressed(closing);
      }
      throw failure;
    }
  }

  /**
   * Creates the part's file below the directory of a snapshot that is being written, replacing one
   * that an earlier attempt left there.
   *
   * @throws SednaException with PATH_NOT_WRITABLE or STORAGE_FAILED
   */
  public static SnapshotFileWriter create(FileSystem fs, Path unfinished, SnapshotPart part) {
    var path = new Path(unfinished, part.path());
    try {
      return new SnapshotFileWriter(fs.create(path, true), part);
    } catch (AccessControlException e) {
      throw SnapshotErrors.notWritable(path, e.getMessage(), e);
    } catch (IOException e) {
      throw SnapshotErrors.storage("create", path, e);
    }
  }

  /**
   * @throws SednaException with STORAGE_FAILED
   */
  public void append(SnapshotRecord record) {
    try {
      writer.append(record);
      records++;
    } catch (IOException e) {
      throw SnapshotErrors.storage("write", part.path(), e);
    }
  }

  /** Records appended so far. */
  public long records() {
    return records;
  }

  /**
   * Closes the file and tells what became of it.
   *
   * @throws SednaException with STORAGE_FAILED; the file is then worthless
   */
  public SnapshotFile finish() {
    try {
      writer.close();
    } catch (IOException e) {
      throw SnapshotErrors.storage("write", part.path(), e);
    }
    return new SnapshotFile(part, records, out.hash.totalBytes(), out.hash.hex());
  }

  /** Gives the file up unless it is finished; whatever reached the file system stays there. */
  @Override
  public void close() throws IOException {
    writer.close();
  }
}
