// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.common.cli.ToolProvider;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.error.SednaException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.util.ToolRunner;

/**
 * Sedna's MapReduce programs by name. The command line finds them as a {@link ToolProvider}; {@link
 * #main} runs them where there is no command line.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SednaTools implements ToolProvider {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private static final List<ToolEntry> TOOLS =
      List.of(
          new ToolEntry("wordcount", "Count the words of text files into a table.", WordCount::new),
          new ToolEntry(
              "pomcount",
              "Count over Maven's poms what they depend on, into a table.",
              PomCount::new),
          new ToolEntry(
              "top", "Write a table's records of greatest count to files.", TopRecords::new),
          new ToolEntry(
              "count", "Count the records of a table or of a snapshot.", CountRecords::new),
          new ToolEntry("export", "Write a table to files.", ExportTable::new),
          new ToolEntry("import", "Write files into a table.", ImportTable::new));

  public SednaTools() {}

  @Override
  public List<ToolEntry> tools() {
    return TOOLS;
  }

  /** Runs the program that the first argument names, as {@code yarn jar JAR NAME ARGUMENTS}. */
  public static void main(String[] args) throws Exception {
    System.exit(run(args));
  }

  private static int run(String[] args) throws Exception {
    var tool =
        TOOLS.stream().filter(entry -> args.length > 0 && entry.name().equals(args[0])).findFirst();
    if (tool.isEmpty()) {
      System.err.println("Name a program:");
      TOOLS.forEach(entry -> System.err.printf("  %-11s %s%n", entry.name(), entry.description()));
      return USAGE;
    }
    try {
      return ToolRunner.run(
          SednaConfiguration.create(),
          tool.get().factory().get(),
          Arrays.copyOfRange(args, 1, args.length));
    } catch (SednaException e) {
      System.err.println(e);
      return FAILED;
    }
  }
}
