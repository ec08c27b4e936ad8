// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.yarn.client.SednaYarnClient;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "start",
    description = "Start a stopped instance, with what its newest snapshot holds.")
final class StartCommand extends InstanceCommand {
  @Parameters(paramLabel = "NAME", description = "Name of the instance.")
  private String name;

  @Mixin private WaitOptions wait = new WaitOptions();

  StartCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(SednaYarnClient client, ProgressPrinter progress) {
    settle(client, progress, client.start(name, progress), wait);
    return ExitCode.OK;
  }
}
