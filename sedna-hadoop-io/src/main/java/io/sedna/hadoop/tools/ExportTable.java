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
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.Mapper;
import org.apache.hadoop.mapreduce.lib.output.SequenceFileOutputFormat;
import org.apache.hadoop.mapreduce.lib.output.TextOutputFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a table to files that {@link ImportTable} and other programs can read. */
@Command(
    name = "export",
    description = {
      "Write a table to files: tab-separated text (key, value; tabs, line ends and bytes that are",
      "no text escaped by backslashes) or a sequence file (BytesWritable, SednaRecord)."
    },
    sortOptions = false)
@InterfaceAudience.Private
@InterfaceStability.Evolving
public final class ExportTable extends SednaTool {
  private static final String VERSIONS = "sedna.tools.export.versions";

  @Parameters(index = "0", paramLabel = "TABLE", description = "Table to read: dataset.table.")
  private String table;

  @Parameters(
      index = "1",
      paramLabel = "OUTPUT",
      description = "Directory to write, which must not exist.")
  private String output;

  @Option(
      names = "--format",
      paramLabel = "tsv|seq",
      defaultValue = "tsv",
      description = "Text or sequence file (default: ${DEFAULT-VALUE}).")
  private String format;

  @Option(
      names = "--versions",
      description = "Text: add timestamp, source and expiry (0: never) as columns.")
  private boolean versions;

  @Option(names = "--prefix", paramLabel = "TEXT", description = "Only keys that begin with this.")
  private String prefix = "";

  static Job job(
      Configuration conf,
      String table,
      FileFormat format,
      boolean versions,
      byte[] prefix,
      Path output)
      throws IOException {
    var job = Job.getInstance(conf, "sedna export " + table);
    job.setJarByClass(ExportTable.class);
    SednaInputFormat.setKeyPrefix(job.getConfiguration(), prefix);
    job.getConfiguration().setBoolean(VERSIONS, versions);
    job.setNumReduceTasks(0);
    switch (format) {
      case TSV -> {
        SednaMapReduceUtil.initMapperJob(
            table, LineMapper.class, Text.class, NullWritable.class, job);
        job.setOutputFormatClass(TextOutputFormat.class);
        job.setOutputKeyClass(Text.class);
        job.setOutputValueClass(NullWritable.class);
      }
      case SEQ -> {
        SednaMapReduceUtil.initMapperJob(
            table, RecordMapper.class, BytesWritable.class, SednaRecord.class, job);
        job.setOutputFormatClass(SequenceFileOutputFormat.class);
        job.setOutputKeyClass(BytesWritable.class);
        job.setOutputValueClass(SednaRecord.class);
      }
    }
    InputPaths.setOutput(job, output);
    return job;
  }

  @Override
  boolean runJob(Configuration conf) throws Exception {
    var job =
        job(
            conf,
            checkedName(table),
            ImportTable.format(format),
            versions,
            prefix.getBytes(UTF_8),
            new Path(output));
    boolean done = await(job);
    if (done) {
      out().println(counter(job, SednaCounter.RECORDS_READ) + " records written to " + output);
    }
    return done;
  }

  /** A record as a line of text. */
  static final class LineMapper extends Mapper<BytesWritable, SednaRecord, Text, NullWritable> {
    private static final byte[] TAB = {'\t'};

    private final Text line = new Text();
    private boolean versions;

    public LineMapper() {}

    @Override
    protected void setup(Context context) {
      versions = context.getConfiguration().getBoolean(VERSIONS, false);
    }

    @Override
    protected void map(BytesWritable key, SednaRecord record, Context context)
        throws IOException, InterruptedException {
      line.clear();
      append(Tsv.escape(key.copyBytes()));
      append(TAB);
      append(Tsv.escape(record.value()));
      if (versions) {
        append(
            ("\t" + record.timestamp() + "\t" + record.source() + "\t" + record.expiresAtMs())
                .getBytes(UTF_8));
      }
      context.write(line, NullWritable.get());
    }

    private void append(byte[] bytes) {
      line.append(bytes, 0, bytes.length);
    }
  }

  /** A record as it is. */
  static final class RecordMapper
      extends Mapper<BytesWritable, SednaRecord, BytesWritable, SednaRecord> {
    public RecordMapper() {}
  }
}
