// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.yarn.client.InstanceState;
import io.sedna.yarn.client.SednaYarnClient;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "status",
    description = "Tell how an instance is; without a name, how all are.")
final class StatusCommand extends InstanceCommand {
  @Parameters(paramLabel = "NAME", arity = "0..1", description = "Name of the instance.")
  private String name;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  StatusCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(SednaYarnClient client, ProgressPrinter progress) throws Exception {
    var printer = new StatusPrinter(context.out());
    if (name == null) {
      printer.list(client.list(), json);
      return ExitCode.OK;
    }
    var status = client.status(name);
    printer.status(status, json);
    return status.state() == InstanceState.FAILED ? ExitCode.FAILURE : ExitCode.OK;
  }
}
