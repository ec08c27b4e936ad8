// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import org.apache.hadoop.util.VersionInfo;
import picocli.CommandLine;

@CommandLine.Command(
    name = "version",
    description = "Print the versions of Sedna, Hadoop and Java.")
final class VersionCommand extends Command {
  VersionCommand(CliContext context) {
    super(context);
  }

  @Override
  protected int run() {
    context.out().println("Sedna " + SednaVersion.get());
    context.out().println("Hadoop " + VersionInfo.getVersion());
    context.out().println("Java " + Runtime.version());
    return ExitCode.OK;
  }
}
