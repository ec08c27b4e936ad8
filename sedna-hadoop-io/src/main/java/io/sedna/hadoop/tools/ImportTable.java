// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.common.schema.TableName;
import io.sedna.hadoop.mapreduce.SednaCounter;
import io.sedna.hadoop.mapreduce.SednaMapReduceUtil;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.SequenceFileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes files, those of {@link ExportTable} among them, into a table. */
@Command(
    name = "import",
    description = {
      "Write files into a table: tab-separated text as export writes it, or sequence files of",
      "BytesWritable or Text keys and BytesWritable, Text or SednaRecord values.",
      "Records get the time of the import as version, and so win over what the table holds."
    },
    sortOptions = false)
@InterfaceAudience.Private
@InterfaceStability.Evolving
public final class ImportTable extends SednaTool {
  @Parameters(
      index = "0",
      paramLabel = "INPUT[,…]",
      split = ",",
      description = "Files, directories (with all below them) or globs, separated by commas.")
  private List<String> inputs;

  @Parameters(index = "1", paramLabel = "TABLE", description = "Table to write: dataset.table.")
  private String table;

  @Option(names = "--create", description = "Create the table if it is not there.")
  private boolean create;

  @Option(
      names = "--format",
      paramLabel = "tsv|seq",
      defaultValue = "tsv",
      description = "Text or sequence file (default: ${DEFAULT-VALUE}).")
  private String format;

  @Option(
      names = "--keep-versions",
      description = "Keep the files' timestamps and sources: newer records of the table stay.")
  private boolean keepVersions;

  @Option(
      names = "--skip-malformed",
      description = "Text: leave malformed lines out and count them, instead of failing.")
  private boolean skipMalformed;

  static Job job(
      Configuration conf,
      List<Path> inputs,
      FileFormat format,
      boolean keepVersions,
      boolean skipMalformed,
      String table)
      throws IOException {
    var job = Job.getInstance(conf, "sedna import to " + table);
    job.setJarByClass(ImportTable.class);
    InputPaths.setInput(job, inputs);
    job.getConfiguration().setBoolean(ImportMapper.KEEP_VERSIONS, keepVersions);
    job.getConfiguration().setBoolean(ImportMapper.SKIP_MALFORMED, skipMalformed);
    switch (format) {
      case TSV -> {
        job.setInputFormatClass(TextInputFormat.class);
        job.setMapperClass(ImportMapper.OfLines.class);
      }
      case SEQ -> {
        job.setInputFormatClass(SequenceFileInputFormat.class);
        job.setMapperClass(ImportMapper.OfRecords.class);
      }
    }
    SednaMapReduceUtil.initReducerJob(table, null, job);
    return job;
  }

  static FileFormat format(String name) {
    try {
      return FileFormat.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw refused("--format=" + name + " is neither tsv nor seq");
    }
  }

  @Override
  boolean runJob(Configuration conf) throws Exception {
    var name = TableName.parse(table).toString();
    if (create) {
      Tables.createIfMissing(conf, name);
    }
    var paths = inputs.stream().map(Path::new).toList();
    var job = job(conf, paths, format(format), keepVersions, skipMalformed, name);
    boolean done = await(job);
    if (done) {
      out().println(counter(job, SednaCounter.RECORDS_WRITTEN) + " records written to " + table);
      long malformed = counter(job, ToolCounter.MALFORMED_LINES);
      if (malformed > 0) {
        out().println("malformed lines left out: " + malformed);
      }
      Tables.warnOfOutdated(job, name);
    }
    return done;
  }
}
