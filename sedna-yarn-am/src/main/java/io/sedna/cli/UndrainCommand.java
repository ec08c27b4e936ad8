// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.client.SednaAdmin;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "undrain",
    description = "Take a drain back: the daemon is given partitions again.")
final class UndrainCommand extends AdminCommand {
  @Parameters(paramLabel = "NODE", description = "Node id of the daemon.")
  private String node;

  UndrainCommand(CliContext context) {
    super(context);
  }

  @Override
  void run(SednaAdmin admin) {
    admin.undrain(node);
    answer(Map.of("undrained", node), node + " takes partitions again");
  }
}
