// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.snapshot;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotManifest;
import io.sedna.hadoop.mapreduce.SednaRecord;
import io.sedna.hadoop.snapshot.SnapshotSplitPlanner.PlacedFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.mapreduce.InputFormat;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/**
 * A table of a snapshot as input: keys, and values with their versions. Reads the files on any
 * Hadoop file system; no instance has to run. Gives what {@link
 * io.sedna.hadoop.mapreduce.SednaInputFormat} would have given when the snapshot was made: the
 * newest version of each key, without what has expired since.
 *
 * <p>A snapshot that is missing, or from which a file is missing or cut short, fails the job at
 * submission. Damage inside a file fails the task that meets it, at the latest at the file's end,
 * where its checksum must be right.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SednaSnapshotInputFormat extends InputFormat<BytesWritable, SednaRecord> {
  /** Directory of the snapshot. */
  public static final String DIRECTORY = "sedna.mapreduce.snapshot.dir";

  /** Table to read, as dataset.table; may be left out where the snapshot holds only one. */
  public static final String TABLE = "sedna.mapreduce.snapshot.table";

  /** Every source's version as a record of its own, instead of the newest alone. */
  public static final String ALL_SOURCES = "sedna.mapreduce.snapshot.all.sources";

  /** Bytes of files in a split. */
  public static final String SPLIT_BYTES = "sedna.mapreduce.snapshot.split.bytes";

  public static final long SPLIT_BYTES_DEFAULT = 128L << 20;

  public SednaSnapshotInputFormat() {}

  /** Sets the snapshot to read; the table may be null where the snapshot holds only one. */
  public static void setSnapshot(Configuration conf, Path directory, String table) {
    conf.set(DIRECTORY, directory.toString());
    if (table == null) {
      conf.unset(TABLE);
    } else {
      conf.set(TABLE, TableName.parse(table).toString());
    }
  }

  /**
   * @throws SednaException with {@link ErrorCode#SNAPSHOT_NOT_FOUND}, {@link
   *     ErrorCode#SNAPSHOT_CORRUPT}, {@link ErrorCode#TABLE_NOT_FOUND} or {@link
   *     ErrorCode#STORAGE_FAILED}
   */
  @Override
  public List<InputSplit> getSplits(JobContext context) throws IOException {
    var conf = context.getConfiguration();
    var directory = directory(conf);
    var fs = directory.getFileSystem(conf);
    var manifest = SnapshotDirectory.readManifest(fs, directory);
    var files = manifest.filesOf(table(conf, manifest));
    var placed = place(fs, directory, files);
    return new ArrayList<>(
        SnapshotSplitPlanner.plan(placed, conf.getLong(SPLIT_BYTES, SPLIT_BYTES_DEFAULT)));
  }

  private static TableName table(Configuration conf, SnapshotManifest manifest) {
    var held = manifest.tables().stream().map(Table::name).toList();
    var asked = conf.getTrimmed(TABLE, "");
    if (asked.isEmpty()) {
      if (held.size() != 1) {
        throw new SednaException(
            ErrorCode.INVALID_ARGUMENT,
            "snapshot " + manifest.name() + " holds the tables " + held + ": set " + TABLE);
      }
      return held.get(0);
    }
    var table = TableName.parse(asked);
    if (!held.contains(table)) {
      throw new SednaException(
          ErrorCode.TABLE_NOT_FOUND,
          "snapshot " + manifest.name() + " holds no table " + table + " but " + held);
    }
    return table;
  }

  /** Where the files are; also whether they are there, and whole. */
  private static List<PlacedFile> place(FileSystem fs, Path directory, List<SnapshotFile> files)
      throws IOException {
    Map<Path, Map<String, LocatedFileStatus>> listings = new HashMap<>();
    var placed = new ArrayList<PlacedFile>();
    for (var file : files) {
      var path = new Path(directory, file.path());
      var listing = listings.get(path.getParent());
      if (listing == null) {
        listing = list(fs, path.getParent());
        listings.put(path.getParent(), listing);
      }
      var status = listing.get(path.getName());
      if (status == null) {
        throw damaged(path, "it is missing");
      }
      if (status.getLen() != file.bytes()) {
        throw damaged(
            path, "length in bytes: expected=" + file.bytes() + ", found=" + status.getLen());
      }
      var blocks = status.getBlockLocations();
      var hosts =
          blocks == null || blocks.length == 0 ? List.<String>of() : List.of(blocks[0].getHosts());
      placed.add(new PlacedFile(file, hosts));
    }
    return placed;
  }

  private static SednaException damaged(Path path, String what) {
    return new SednaException(
        ErrorCode.SNAPSHOT_CORRUPT, "snapshot file " + path + " is damaged: " + what);
  }

  private static Map<String, LocatedFileStatus> list(FileSystem fs, Path directory)
      throws IOException {
    var files = new HashMap<String, LocatedFileStatus>();
    try {
      var listing = fs.listLocatedStatus(directory);
      while (listing.hasNext()) {
        var status = listing.next();
        files.put(status.getPath().getName(), status);
      }
    } catch (FileNotFoundException e) {
      // Then its files are missing, and each is named when it is looked for.
    }
    return files;
  }

  static Path directory(Configuration conf) {
    var directory = conf.getTrimmed(DIRECTORY, "");
    if (directory.isEmpty()) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "the job names no snapshot to read: set " + DIRECTORY);
    }
    return new Path(directory);
  }

  @Override
  public RecordReader<BytesWritable, SednaRecord> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new SnapshotRecordReader();
  }
}
