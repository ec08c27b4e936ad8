// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.yarn.client.SednaYarnClient;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

@CommandLine.Command(name = "logs", description = "Tell where the logs of an instance are.")
final class LogsCommand extends InstanceCommand {
  @Parameters(paramLabel = "NAME", description = "Name of the instance.")
  private String name;

  LogsCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(SednaYarnClient client, ProgressPrinter progress) {
    var status = client.status(name);
    if (status.applicationId() == null) {
      context.out().println("YARN remembers no run of " + name);
      return ExitCode.FAILURE;
    }
    context
        .out()
        .println("yarn logs -applicationId " + status.applicationId() + " -log_files sedna.log");
    if (status.trackingUrl() != null) {
      context.out().println("containers and hosts: " + status.trackingUrl());
    }
    return ExitCode.OK;
  }
}
