// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.CombineFileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.CombineFileRecordReader;
import org.apache.hadoop.mapreduce.lib.input.CombineFileSplit;

/**
 * Whole files as records, many of them in a split: path and content. Made for thousands of small
 * files, of which a task each would cost more than the reading.
 */
final class SmallFilesInputFormat extends CombineFileInputFormat<Text, BytesWritable> {
  /** Only files whose names end so; empty: all. */
  static final String SUFFIX = "sedna.tools.small.files.suffix";

  /** Bytes of files in one split, unless the job says otherwise. */
  private static final long SPLIT_BYTES = 16L << 20;

  /** A file is read at once, so that one that is no small file must not fill the task's memory. */
  private static final long MAX_FILE_BYTES = 64L << 20;

  public SmallFilesInputFormat() {}

  @Override
  public List<InputSplit> getSplits(JobContext context) throws IOException {
    setMaxSplitSize(context.getConfiguration().getLong(SPLIT_MAXSIZE, SPLIT_BYTES));
    return super.getSplits(context);
  }

  @Override
  protected List<FileStatus> listStatus(JobContext context) throws IOException {
    // Not by a path filter: Hadoop asks it about directories too, and never about their nature.
    var suffix = context.getConfiguration().get(SUFFIX, "");
    return Listing.of(context, super::listStatus).stream()
        .filter(file -> file.getPath().getName().endsWith(suffix))
        .toList();
  }

  @Override
  protected boolean isSplitable(JobContext context, Path file) {
    return false;
  }

  @Override
  public RecordReader<Text, BytesWritable> createRecordReader(
      InputSplit split, TaskAttemptContext context) throws IOException {
    return new CombineFileRecordReader<>((CombineFileSplit) split, context, WholeFileReader.class);
  }

  /** One file of a split; made by reflection. */
  static final class WholeFileReader extends RecordReader<Text, BytesWritable> {
    private final Path path;
    private final long length;
    private final Configuration conf;
    private final Text key = new Text();
    private final BytesWritable value = new BytesWritable();
    private boolean done;

    public WholeFileReader(CombineFileSplit split, TaskAttemptContext context, Integer index) {
      path = split.getPath(index);
      length = split.getLength(index);
      conf = context.getConfiguration();
    }

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) {}

    @Override
    public boolean nextKeyValue() throws IOException {
      if (done) {
        return false;
      }
      done = true;
      if (length > MAX_FILE_BYTES) {
        throw new IOException(
            "file too large to be read at once: path="
                + path
                + ", bytes="
                + length
                + ", limit="
                + MAX_FILE_BYTES);
      }
      var content = new byte[(int) length];
      try (var in = path.getFileSystem(conf).open(path)) {
        in.readFully(0, content);
      }
      key.set(path.toString());
      value.set(content, 0, content.length);
      return true;
    }

    @Override
    public Text getCurrentKey() {
      return key;
    }

    @Override
    public BytesWritable getCurrentValue() {
      return value;
    }

    @Override
    public float getProgress() {
      return done ? 1 : 0;
    }

    @Override
    public void close() {}
  }
}
