// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Counts over Maven's poms how many of them depend on each artifact, into a table: {@code
 * groupId:artifactId} to decimal number, both as text. What a dependency is, {@link PomParser}
 * says. Files named {@code *.pom} that are no poms are counted and left out.
 */
@Command(
    name = "pomcount",
    description = {
      "Count over every *.pom file how many of them depend on each artifact, into a table:",
      "groupId:artifactId to decimal number. Dependencies are those of <project><dependencies>,"
          + " not of dependencyManagement, plugins and profiles."
    },
    sortOptions = false)
@InterfaceAudience.Private
@InterfaceStability.Evolving
public final class PomCount extends SednaTool {
  @Mixin private final CountOptions options = new CountOptions();

  /**
   * The job, ready to be submitted.
   *
   * @throws io.sedna.common.error.SednaException PATH_NOT_FOUND if an input path names nothing
   */
  public static Job job(Configuration conf, List<Path> inputs, String table) throws IOException {
    var job = Job.getInstance(conf, "sedna pomcount to " + table);
    InputPaths.setInput(job, inputs);
    job.getConfiguration().set(SmallFilesInputFormat.SUFFIX, ".pom");
    job.setInputFormatClass(SmallFilesInputFormat.class);
    job.setMapperClass(PomMapper.class);
    WordCount.initCounting(job, table);
    return job;
  }

  @Override
  boolean runJob(Configuration conf) throws Exception {
    var table = options.prepareTable(conf);
    var job = job(conf, options.inputs(), table);
    options.applyTo(job);
    boolean done = await(job);
    if (done) {
      options.report(job, "artifacts");
      out()
          .println(
              counter(job, ToolCounter.POMS)
                  + " poms read, "
                  + counter(job, ToolCounter.MALFORMED_POMS)
                  + " of them malformed and left out");
    }
    return done;
  }
}
