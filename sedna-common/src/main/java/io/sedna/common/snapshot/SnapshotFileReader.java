// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.avro.file.DataFileStream;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads one file of a snapshot and compares it with its manifest entry on the way: blocks carry
 * checksums of their own, and when the last record has been read, so must the file's length, count
 * and checksum be right. Who must know that before the first record calls {@link #verify} first.
 * Not thread-safe; blocks on the file system.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SnapshotFileReader implements Iterator<SnapshotRecord>, Closeable {
  private final SnapshotFile file;
  private final ChecksumStreams.Input in;
  private final DataFileStream<SnapshotRecord> stream;
  private long records;
  private boolean ended;

  /**
   * @param in closed with this reader, also if this constructor throws
   * @throws SednaException with {@link ErrorCode#SNAPSHOT_CORRUPT} if this is no Avro file of
   *     records, with {@link ErrorCode#STORAGE_FAILED} if the file system failed
   */
  public SnapshotFileReader(InputStream in, SnapshotFile file) {
    this.file = file;
    this.in = new ChecksumStreams.Input(in);
    try {
      stream = new DataFileStream<>(this.in, new AvroRecords.Reader());
    } catch (IOException | RuntimeException e) {
      closeQuietly(in);
      throw failure(e);
    }
  }

  /**
   * Opens a file of the snapshot in a directory.
   *
   * @throws SednaException as the constructor; {@link ErrorCode#SNAPSHOT_CORRUPT} if it is missing
   */
  public static SnapshotFileReader open(FileSystem fs, Path snapshot, SnapshotFile file) {
    return new SnapshotFileReader(openStream(fs, snapshot, file), file);
  }

  /**
   * @throws SednaException as {@link #next()}
   */
  @Override
  public boolean hasNext() {
    if (ended) {
      return false;
    }
    try {
      if (stream.hasNext()) {
        return true;
      }
      in.drain();
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
    ended = true;
    compare(file, in.hash.totalBytes(), in.hash.hex());
    if (records != file.records()) {
      throw SnapshotErrors.corrupt(file.path(), "number of records", file.records(), records);
    }
    return false;
  }

  /**
   * @throws SednaException with {@link ErrorCode#SNAPSHOT_CORRUPT} naming the file, what was
   *     expected and what was found; with {@link ErrorCode#STORAGE_FAILED} if the file system
   *     failed
   */
  @Override
  public SnapshotRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all " + records + " records of " + file.path() + " read");
    }
    try {
      SnapshotRecord record = stream.next();
      records++;
      return record;
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  /** Bytes of the file read so far, for progress. */
  public long bytesRead() {
    return in.hash.totalBytes();
  }

  /**
   * Reads the whole file and compares its length and checksum, without decoding it.
   *
   * @param in not closed
   * @throws SednaException as {@link #next()}
   */
  public static void verify(InputStream in, SnapshotFile file) {
    var checked = new ChecksumStreams.Input(in);
    try {
      checked.drain();
    } catch (IOException e) {
      throw SnapshotErrors.storage("read", file.path(), e);
    }
    compare(file, checked.hash.totalBytes(), checked.hash.hex());
  }

  /**
   * Reads a whole file of the snapshot in a directory and compares its length and checksum.
   *
   * @throws SednaException as {@link #next()}
   */
  public static void verify(FileSystem fs, Path snapshot, SnapshotFile file) {
    try (InputStream in = openStream(fs, snapshot, file)) {
      verify(in, file);
    } catch (IOException e) {
      throw SnapshotErrors.storage("close", new Path(snapshot, file.path()), e);
    }
  }

  private static InputStream openStream(FileSystem fs, Path snapshot, SnapshotFile file) {
    var path = new Path(snapshot, file.path());
    try {
      return fs.open(path);
    } catch (FileNotFoundException e) {
      throw SnapshotErrors.corrupt(path, "it is missing", e);
    } catch (IOException e) {
      throw SnapshotErrors.storage("open", path, e);
    }
  }

  private static void compare(SnapshotFile file, long bytes, String checksum) {
    if (bytes != file.bytes()) {
      throw SnapshotErrors.corrupt(file.path(), "length in bytes", file.bytes(), bytes);
    }
    if (!checksum.equals(file.checksum())) {
      throw SnapshotErrors.corrupt(file.path(), "checksum", file.checksum(), checksum);
    }
  }

  /** What Avro threw was the file system's doing, or else that of the file's contents. */
  private SednaException failure(Exception e) {
    return in.failure() != null
        ? SnapshotErrors.storage("read", file.path(), in.failure())
        : SnapshotErrors.corrupt(
            file.path(),
            "unreadable after record " + records + " of " + file.records() + ": " + e,
            e);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // The reason for closing is being thrown, and nothing was written.
    }
  }
}
