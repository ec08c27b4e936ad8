// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.TableName;
import java.io.PrintStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.conf.Configured;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.util.Tool;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * A MapReduce program with picocli's options, run by {@link org.apache.hadoop.util.ToolRunner},
 * which takes Hadoop's generic ones. Answers 0 if the work was done, 1 if the job failed, 2 if the
 * options were wrong; throws {@link SednaException} where the job could not be submitted.
 */
abstract class SednaTool extends Configured implements Tool {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      description = "Instance that holds the table; otherwise the setting sedna.instance.")
  private String instance;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT[,…]",
      description = "Daemons to begin with; otherwise they are found through ZooKeeper.")
  private String bootstrap;

  @Override
  public final int run(String[] args) throws Exception {
    var command = new CommandLine(this);
    try {
      command.parseArgs(args);
    } catch (ParameterException e) {
      command.getErr().println(e.getMessage());
      command.usage(command.getErr());
      return USAGE;
    }
    if (help) {
      command.usage(command.getOut());
      return DONE;
    }
    return runJob(settings()) ? DONE : FAILED;
  }

  private Configuration settings() {
    var conf = getConf();
    if (conf == null || conf.get(ClientConfig.DEADLINE_MS) == null) {
      // Where they are there already, adding them again would undo the files of the command line.
      conf = SednaConfiguration.create(conf == null ? new Configuration() : conf);
    }
    if (instance != null) {
      conf.set("sedna.instance", instance);
      // What a file says of another instance's daemons does not hold for the one that was named.
      conf.unset(ClientConfig.BOOTSTRAP);
    }
    if (bootstrap != null) {
      conf.set(ClientConfig.BOOTSTRAP, bootstrap);
    }
    return conf;
  }

  /** Submits the job, waits for it, and answers whether it succeeded. */
  abstract boolean runJob(Configuration conf) throws Exception;

  /** Waits for a job, with its progress on the log. */
  static boolean await(Job job) throws Exception {
    return job.waitForCompletion(true);
  }

  static long counter(Job job, Enum<?> counter) throws Exception {
    return job.getCounters().findCounter(counter).getValue();
  }

  static PrintStream out() {
    return System.out;
  }

  /** Checks a table's name before anything is asked of the instance. */
  static String checkedName(String table) {
    return TableName.parse(table).toString();
  }

  static SednaException refused(String message) {
    return new SednaException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
