// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.classification.InterfaceAudience;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bin/sedna bench micro}: JMH's own command line over Sedna's benchmarks. */
@Command(
    name = "micro",
    description = {
      "Measure the engine and the codec alone, by JMH.",
      "What stands after -- are JMH's own options: bin/sedna bench micro Engine -- -f 1 -p records=1000000"
    },
    mixinStandardHelpOptions = true)
@InterfaceAudience.Private
public final class MicroCommand implements Callable<Integer> {
  private static final String ALL = "io\\.sedna\\.bench\\.micro\\..*";

  @Parameters(
      arity = "0..*",
      paramLabel = "PATTERN",
      description = "Benchmarks whose names match one of these; all unless given.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    List<String> all = new ArrayList<>(arguments);
    if (all.isEmpty() || all.get(0).startsWith("-")) {
      all.add(0, ALL);
    }
    new Runner(new CommandLineOptions(all.toArray(String[]::new))).run();
    return CommandLine.ExitCode.OK;
  }
}
