// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.hadoop.mapreduce.SednaMapReduceUtil;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.reduce.LongSumReducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Counts the words of text files into a table: word to decimal number, both as text. Words are what
 * stands between white space.
 */
@Command(
    name = "wordcount",
    description = "Count the words of text files into a table: word to decimal number.",
    sortOptions = false)
@InterfaceAudience.Private
@InterfaceStability.Evolving
public final class WordCount extends SednaTool {
  private static final long SPLIT_BYTES = 128L << 20;

  @Mixin private final CountOptions options = new CountOptions();

  /**
   * The job, ready to be submitted.
   *
   * @throws io.sedna.common.error.SednaException PATH_NOT_FOUND if an input path names nothing
   */
  public static Job job(Configuration conf, List<Path> inputs, String table) throws IOException {
    var job = Job.getInstance(conf, "sedna wordcount to " + table);
    InputPaths.setInput(job, inputs);
    // Text may come in any number of small files.
    job.setInputFormatClass(TextFilesInputFormat.class);
    FileInputFormat.setMaxInputSplitSize(
        job, conf.getLong(FileInputFormat.SPLIT_MAXSIZE, SPLIT_BYTES));
    job.setMapperClass(WordMapper.class);
    initCounting(job, table);
    return job;
  }

  /** What all jobs that count into a table share. */
  static void initCounting(Job job, String table) throws IOException {
    job.setJarByClass(WordCount.class);
    job.setMapOutputKeyClass(Text.class);
    job.setMapOutputValueClass(LongWritable.class);
    job.setCombinerClass(LongSumReducer.class);
    SednaMapReduceUtil.initReducerJob(table, CountReducer.class, job);
  }

  @Override
  boolean runJob(Configuration conf) throws Exception {
    var table = options.prepareTable(conf);
    var job = job(conf, options.inputs(), table);
    options.applyTo(job);
    boolean done = await(job);
    if (done) {
      options.report(job, "words");
      long tooLong = counter(job, ToolCounter.WORDS_TOO_LONG);
      if (tooLong > 0) {
        out().println("left out, because they are longer than a key may be: " + tooLong);
      }
    }
    return done;
  }
}
