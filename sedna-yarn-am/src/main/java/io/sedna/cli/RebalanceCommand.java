// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.client.SednaAdmin;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
    name = "rebalance",
    description = "Move copies until records, bytes and load are balanced over the daemons, now.",
    footer = {"", "The controller does so by itself when daemons join and when load has shifted."})
final class RebalanceCommand extends AdminCommand {
  @Mixin private OperationOptions wait = new OperationOptions();

  RebalanceCommand(CliContext context) {
    super(context);
  }

  @Override
  void run(SednaAdmin admin) {
    follow(admin, admin.rebalance(), wait, "nothing is left to be moved");
  }
}
