// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

@CommandLine.Command(name = "getconf", description = "Print the value of a setting.")
final class GetConfCommand extends Command {
  @Parameters(paramLabel = "KEY", description = "For example sedna.zookeeper.quorum.")
  private String key;

  GetConfCommand(CliContext context) {
    super(context);
  }

  @Override
  protected int run() {
    var value = conf().get(key);
    if (value == null) {
      throw new SednaException(ErrorCode.INVALID_ARGUMENT, "no setting is called " + key);
    }
    context.out().println(value);
    return ExitCode.OK;
  }
}
