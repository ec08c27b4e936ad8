// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.hadoop.mapreduce.SednaCounter;
import io.sedna.hadoop.mapreduce.SednaInputFormat;
import io.sedna.hadoop.mapreduce.SednaMapReduceUtil;
import io.sedna.hadoop.mapreduce.SednaRecord;
import java.io.IOException;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.Mapper;
import org.apache.hadoop.mapreduce.lib.output.NullOutputFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Counts the records of a table, or of a table in a snapshot, by reading them all, and the bytes of
 * their keys and values.
 */
@Command(
    name = "count",
    description = {
      "Count the records and bytes of a table by reading all of it, from the instance or from",
      "the files of a snapshot."
    },
    sortOptions = false)
@InterfaceAudience.Private
@InterfaceStability.Evolving
public final class CountRecords extends SednaTool {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TABLE",
      description =
          "Table to read: dataset.table; may be left out where a snapshot holds only one.")
  private String table;

  @Option(
      names = "--snapshot",
      paramLabel = "DIR",
      description = "Read the snapshot in this directory instead of the instance.")
  private String snapshot;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "Only keys that begin with this; not for snapshots.")
  private String prefix = "";

  /** The job, ready to be submitted; the figures are its {@link SednaCounter}s. */
  public static Job job(Configuration conf, String table, byte[] prefix) throws IOException {
    var job = newJob(conf, "sedna count " + table);
    SednaInputFormat.setKeyPrefix(job.getConfiguration(), prefix);
    SednaMapReduceUtil.initMapperJob(
        table, ReadingMapper.class, NullWritable.class, NullWritable.class, job);
    return job;
  }

  /** The same over a snapshot; the table may be null where the snapshot holds only one. */
  public static Job snapshotJob(Configuration conf, Path snapshot, String table)
      throws IOException {
    var job = newJob(conf, "sedna count " + snapshot);
    SednaMapReduceUtil.initSnapshotMapperJob(
        snapshot, table, ReadingMapper.class, NullWritable.class, NullWritable.class, job);
    return job;
  }

  private static Job newJob(Configuration conf, String name) throws IOException {
    var job = Job.getInstance(conf, name);
    job.setJarByClass(CountRecords.class);
    job.setNumReduceTasks(0);
    job.setOutputFormatClass(NullOutputFormat.class);
    return job;
  }

  @Override
  boolean runJob(Configuration conf) throws Exception {
    var job = job(conf);
    boolean done = await(job);
    if (done) {
      out()
          .println(
              "records="
                  + counter(job, SednaCounter.RECORDS_READ)
                  + " bytes="
                  + counter(job, SednaCounter.BYTES_READ));
    }
    return done;
  }

  private Job job(Configuration conf) throws IOException {
    if (snapshot != null) {
      if (!prefix.isEmpty()) {
        throw refused("--prefix and --snapshot do not go together");
      }
      return snapshotJob(conf, new Path(snapshot), table == null ? null : checkedName(table));
    }
    if (table == null) {
      throw refused("name a table, or a snapshot with --snapshot");
    }
    return job(conf, checkedName(table), prefix.getBytes(UTF_8));
  }

  /** Only reads: the reader counts. */
  static final class ReadingMapper
      extends Mapper<BytesWritable, SednaRecord, NullWritable, NullWritable> {
    public ReadingMapper() {}

    @Override
    protected void map(BytesWritable key, SednaRecord value, Context context) {}
  }
}
