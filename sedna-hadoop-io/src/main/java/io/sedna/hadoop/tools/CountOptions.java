// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.common.schema.TableName;
import io.sedna.hadoop.mapreduce.SednaCounter;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options of the programs that count files into a table. */
final class CountOptions {
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

  @Option(names = "--reduces", paramLabel = "N", description = "Reduce tasks.")
  private Integer reduces;

  List<Path> inputs() {
    return inputs.stream().map(Path::new).toList();
  }

  /** Name of the table, which has been created if that was asked for. */
  String prepareTable(Configuration conf) {
    var name = TableName.parse(table).toString();
    if (create) {
      Tables.createIfMissing(conf, name);
    }
    return name;
  }

  void applyTo(Job job) {
    if (reduces != null) {
      if (reduces < 1) {
        throw SednaTool.refused("--reduces=" + reduces + " is not 1 or more");
      }
      job.setNumReduceTasks(reduces);
    }
  }

  void report(Job job, String what) throws Exception {
    SednaTool.out()
        .println(
            SednaTool.counter(job, SednaCounter.RECORDS_WRITTEN)
                + " different "
                + what
                + " counted into "
                + table);
    Tables.warnOfOutdated(job, table);
  }
}
