// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.yarn.client.SednaYarnClient;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "destroy",
    description = "Delete an instance: its znodes and its files, but not its snapshots.")
final class DestroyCommand extends InstanceCommand {
  @Parameters(paramLabel = "NAME", description = "Name of the instance.")
  private String name;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(
      names = {"-f", "--force"},
      description = "Do not ask, and end it if it runs: what is in memory is lost.")
  private boolean force;

  @Option(names = "--delete-snapshots", description = "Delete its snapshots too.")
  private boolean deleteSnapshots;

  DestroyCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(SednaYarnClient client, ProgressPrinter progress) {
    if (!yes && !force) {
      confirm();
    }
    client.destroy(name, force, deleteSnapshots, progress);
    progress.close();
    context.out().println("instance " + name + " is destroyed");
    return ExitCode.OK;
  }

  private void confirm() {
    var console = System.console();
    var question =
        "Destroy instance "
            + name
            + (deleteSnapshots ? " and its snapshots" : "")
            + "? Type its name: ";
    var typed = console == null ? null : console.readLine("%s", question);
    if (!name.equals(typed)) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "not confirmed: nothing was done (--yes confirms)");
    }
  }
}
