// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.client.SednaAdmin;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "repair",
    description = "Make all copies of eventual tables alike, now.",
    footer = {
      "",
      "Daemons do the same in the background; this does it at once and says when it is done."
    })
final class RepairCommand extends AdminCommand {
  @Parameters(
      paramLabel = "TABLE",
      arity = "0..*",
      description = "dataset.table; without any, all eventual tables.")
  private List<String> tables = List.of();

  @Mixin private OperationOptions wait = new OperationOptions();

  RepairCommand(CliContext context) {
    super(context);
  }

  @Override
  void run(SednaAdmin admin) {
    var begun = admin.repair(tables);
    follow(admin, begun, wait, "all copies are alike: " + begun.getSubject());
  }
}
