// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.client.SednaAdmin;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "drain",
    description = "Move every partition away from a daemon, so that it can be stopped.",
    footer = {
      "",
      "Refused where a table would be left with fewer daemons than it has copies.",
      "It stays drained until it leaves, or undrain is said."
    })
final class DrainCommand extends AdminCommand {
  @Parameters(paramLabel = "NODE", description = "Node id of the daemon; sedna status shows them.")
  private String node;

  @Mixin private OperationOptions wait = new OperationOptions();

  DrainCommand(CliContext context) {
    super(context);
  }

  @Override
  void run(SednaAdmin admin) {
    follow(admin, admin.drain(node), wait, node + " is drained and can be stopped");
  }
}
