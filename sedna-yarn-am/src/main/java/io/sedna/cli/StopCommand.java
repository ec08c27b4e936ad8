// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.yarn.client.SednaYarnClient;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "stop",
    description = "Refuse writes, take a snapshot, and stop an instance.")
final class StopCommand extends InstanceCommand {
  @Parameters(paramLabel = "NAME", description = "Name of the instance.")
  private String name;

  @Option(
      names = "--no-snapshot",
      description = "Take none: what is newer than the newest snapshot is lost.")
  private boolean noSnapshot;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "How long the snapshot may take; ${DEFAULT-VALUE} by default.")
  private long timeoutSeconds;

  StopCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(SednaYarnClient client, ProgressPrinter progress) {
    client.stop(name, !noSnapshot, seconds(timeoutSeconds), progress);
    progress.close();
    context.out().println("instance " + name + " is stopped");
    return ExitCode.OK;
  }
}
