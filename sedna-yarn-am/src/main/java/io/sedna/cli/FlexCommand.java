// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.yarn.client.SednaYarnClient;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "flex",
    description =
        "Change the number of daemons. Those that go are relieved of their partitions first.")
final class FlexCommand extends InstanceCommand {
  @Parameters(paramLabel = "NAME", description = "Name of the instance.")
  private String name;

  @Option(
      names = {"-n", "--daemons"},
      paramLabel = "N",
      required = true,
      description = "How many there should be.")
  private int daemons;

  @Mixin private WaitOptions wait = new WaitOptions();

  FlexCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(SednaYarnClient client, ProgressPrinter progress) {
    client.flex(name, daemons, progress);
    if (wait.wanted()) {
      client.awaitFlexed(name, wait.timeout(), progress);
    }
    progress.close();
    context.out().println("instance " + name + " is to have " + daemons + " daemons");
    return ExitCode.OK;
  }
}
