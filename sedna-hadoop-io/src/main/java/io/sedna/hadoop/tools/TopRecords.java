// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.hadoop.mapreduce.SednaBytesInputFormat;
import io.sedna.hadoop.mapreduce.SednaMapReduceUtil;
import java.io.IOException;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.output.TextOutputFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Writes the records of a table that have the greatest counts to a file: key, tab, count; greatest
 * first, equal ones by key. Values that are no decimal numbers are left out.
 */
@Command(
    name = "top",
    description = {
      "Write the records of a table with the greatest counts to a file system: key, tab, count.",
      "Greatest first, equal ones by key."
    },
    sortOptions = false)
@InterfaceAudience.Private
@InterfaceStability.Evolving
public final class TopRecords extends SednaTool {
  @Parameters(index = "0", paramLabel = "TABLE", description = "Table to read: dataset.table.")
  private String table;

  @Parameters(
      index = "1",
      paramLabel = "OUTPUT",
      description = "Directory to write, which must not exist; the lines are in part-r-00000.")
  private String output;

  @Option(
      names = {"-k", "--limit"},
      paramLabel = "K",
      defaultValue = "20",
      description = "How many records (default: ${DEFAULT-VALUE}).")
  private int limit;

  /**
   * The job, ready to be submitted; its output is the file {@code part-r-00000}.
   *
   * @throws io.sedna.common.error.SednaException PATH_NOT_WRITABLE if the output exists already
   */
  public static Job job(Configuration conf, String table, int limit, Path output)
      throws IOException {
    if (limit < 1) {
      throw refused("limit=" + limit + " is not 1 or more");
    }
    var job = Job.getInstance(conf, "sedna top " + limit + " of " + table);
    job.setJarByClass(TopRecords.class);
    job.getConfiguration().setInt(TopMapper.LIMIT, limit);
    SednaMapReduceUtil.initMapperJob(
        table,
        SednaBytesInputFormat.class,
        TopMapper.class,
        CountedKey.class,
        NullWritable.class,
        job);
    job.setReducerClass(TopReducer.class);
    job.setNumReduceTasks(1);
    job.setOutputFormatClass(TextOutputFormat.class);
    InputPaths.setOutput(job, output);
    return job;
  }

  @Override
  boolean runJob(Configuration conf) throws Exception {
    var job = job(conf, checkedName(table), limit, new Path(output));
    boolean done = await(job);
    if (done) {
      long left = counter(job, ToolCounter.NOT_A_NUMBER);
      if (left > 0) {
        out().println("left out, because their values are no decimal numbers: " + left);
      }
      out().println("written to " + new Path(output, "part-r-00000"));
    }
    return done;
  }
}
