// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.client.SednaAdmin;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@CommandLine.Command(
    name = "accept-loss",
    description =
        "Give up what partitions held that answer LOADING because all their copies are lost: they"
            + " serve again, without it.",
    footer = {
      "",
      "Snapshots are not touched: what they hold can still be restored into other tables.",
      "There is no way back but a restore. sedna shell -e status shows how many are LOADING."
    })
final class AcceptLossCommand extends AdminCommand {
  @Parameters(
      paramLabel = "PARTITION",
      arity = "0..*",
      description = "Numbers of partitions that answer LOADING.")
  private List<Integer> partitions = List.of();

  @Option(names = "--all", description = "All partitions that answer LOADING.")
  private boolean all;

  @Spec private CommandSpec spec;

  AcceptLossCommand(CliContext context) {
    super(context);
  }

  @Override
  void checkArguments() {
    if (all != partitions.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "name partitions, or say --all, and not both");
    }
  }

  @Override
  void run(SednaAdmin admin) {
    List<Integer> accepted = admin.acceptLoss(partitions);
    answer(
        Map.of("accepted", accepted),
        accepted.isEmpty()
            ? "no partition is LOADING"
            : "partitions that serve again without what they held: " + accepted);
  }
}
