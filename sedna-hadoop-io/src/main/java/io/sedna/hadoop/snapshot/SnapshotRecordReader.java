// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.snapshot;

import io.sedna.common.error.SednaException;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotFileReader;
import io.sedna.common.snapshot.SnapshotRecord;
import io.sedna.hadoop.mapreduce.SednaCounter;
import io.sedna.hadoop.mapreduce.SednaRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.mapreduce.Counter;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/** Reads the files of a split one after the other. For one thread, as MapReduce has it. */
final class SnapshotRecordReader extends RecordReader<BytesWritable, SednaRecord> {
  private final BytesWritable key = new BytesWritable();
  private final SednaRecord value = new SednaRecord();

  private FileSystem fs;
  private Path directory;
  private boolean allSources;
  private long openedAtMs;
  private long splitBytes;
  private Counter recordsRead;
  private Counter bytesRead;

  private Iterator<SnapshotFile> files = List.<SnapshotFile>of().iterator();
  private SnapshotFileReader file;
  private long bytesOfEarlierFiles;

  /** Read already, but of the next key. */
  private SnapshotRecord lookedAhead;

  @Override
  public void initialize(InputSplit split, TaskAttemptContext context) throws IOException {
    var conf = context.getConfiguration();
    var snapshotSplit = (SednaSnapshotSplit) split;
    directory = SednaSnapshotInputFormat.directory(conf);
    fs = directory.getFileSystem(conf);
    allSources = conf.getBoolean(SednaSnapshotInputFormat.ALL_SOURCES, false);
    openedAtMs = System.currentTimeMillis();
    recordsRead = context.getCounter(SednaCounter.RECORDS_READ);
    bytesRead = context.getCounter(SednaCounter.BYTES_READ);
    files = snapshotSplit.files().iterator();
    splitBytes = snapshotSplit.getLength();
  }

  @Override
  public boolean nextKeyValue() throws IOException {
    SnapshotRecord record;
    try {
      do {
        record = allSources ? nextVersion() : newestOfNextKey();
        if (record == null) {
          return false;
        }
        // The newest version hides the others also when it has expired.
      } while (record.isExpired(openedAtMs));
    } catch (SednaException e) {
      throw new IOException("reading snapshot " + directory + " failed: " + e, e);
    }
    key.set(record.key(), 0, record.key().length);
    value.set(record.value(), record.timestamp(), record.source(), record.expiresAtMs());
    recordsRead.increment(1);
    bytesRead.increment(record.key().length + record.value().length);
    return true;
  }

  /** The versions of a key stand together in its file. */
  private SnapshotRecord newestOfNextKey() throws IOException {
    var newest = lookedAhead == null ? nextVersion() : lookedAhead;
    lookedAhead = null;
    if (newest == null) {
      return null;
    }
    for (var next = nextVersion(); next != null; next = nextVersion()) {
      if (!Arrays.equals(next.key(), newest.key())) {
        lookedAhead = next;
        break;
      }
      if (isNewer(next, newest)) {
        newest = next;
      }
    }
    return newest;
  }

  private static boolean isNewer(SnapshotRecord a, SnapshotRecord b) {
    return a.timestamp() != b.timestamp() ? a.timestamp() > b.timestamp() : a.source() > b.source();
  }

  private SnapshotRecord nextVersion() throws IOException {
    while (file == null || !file.hasNext()) {
      if (file != null) {
        bytesOfEarlierFiles += file.bytesRead();
        file.close();
        file = null;
      }
      if (!files.hasNext()) {
        return null;
      }
      file = SnapshotFileReader.open(fs, directory, files.next());
    }
    return file.next();
  }

  @Override
  public BytesWritable getCurrentKey() {
    return key;
  }

  @Override
  public SednaRecord getCurrentValue() {
    return value;
  }

  /** Part of the files' bytes that has been read. */
  @Override
  public float getProgress() {
    long read = bytesOfEarlierFiles + (file == null ? 0 : file.bytesRead());
    return splitBytes == 0 ? 0 : Math.min(1, (float) read / splitBytes);
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
