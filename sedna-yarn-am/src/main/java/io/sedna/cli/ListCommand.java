// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.yarn.client.SednaYarnClient;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(name = "list", description = "List instances.")
final class ListCommand extends InstanceCommand {
  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  ListCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(SednaYarnClient client, ProgressPrinter progress) throws Exception {
    new StatusPrinter(context.out()).list(client.list(), json);
    return ExitCode.OK;
  }
}
