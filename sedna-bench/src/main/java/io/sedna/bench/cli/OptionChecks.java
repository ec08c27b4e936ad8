// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.cli;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Checks what a user gave a command. What is refused is told as picocli tells it: the reason, the
 * usage, and exit code 2.
 */
@InterfaceAudience.Private
public record OptionChecks(CommandSpec command) {
  private static final String HOME_PROPERTY = "sedna.home";

  /**
   * @throws CommandLine.ParameterException if the value is less
   */
  public void atLeast(String option, long value, long least) {
    if (value < least) {
      throw refused(option + "=" + value + " is not " + least + " or more");
    }
  }

  /**
   * @throws CommandLine.ParameterException if the value is less than one or more than the other
   */
  public void within(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw refused(option + "=" + value + " is not " + least + " to " + most);
    }
  }

  /**
   * Takes HOST:PORT apart.
   *
   * @throws CommandLine.ParameterException if it is none
   */
  public InetSocketAddress address(String option, String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new InetSocketAddress(
          text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw refused(option + "=" + text + " is not HOST:PORT");
    }
  }

  /** To be thrown. */
  public CommandLine.ParameterException refused(String why) {
    return new CommandLine.ParameterException(command.commandLine(), why);
  }

  /**
   * Where Sedna is installed, or its source.
   *
   * @throws SednaException INVALID_ARGUMENT if the command was not run by bin/sedna
   */
  public Path home() {
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "-D" + HOME_PROPERTY + " is missing: run it by bin/sedna bench " + command.name());
    }
    return Path.of(home);
  }
}
