// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;

/**
 * A subcommand: a picocli command that is given its context when it is made. To add one, list it in
 * {@link SednaCli#commands}.
 */
@InterfaceAudience.Private
public abstract class Command implements Callable<Integer> {
  protected final CliContext context;

  @Mixin private GenericOptions generic = new GenericOptions();

  protected Command(CliContext context) {
    this.context = context;
  }

  @Override
  public final Integer call() throws Exception {
    try {
      generic.applyTo(context.conf());
    } catch (IllegalArgumentException e) {
      throw new SednaException(ErrorCode.INVALID_ARGUMENT, e.getMessage(), e);
    }
    return run();
  }

  /**
   * Does the work and answers an {@link ExitCode}; what it throws is printed by {@link SednaCli}.
   */
  protected abstract int run() throws Exception;

  /** Settings with everything of the command line applied. */
  protected final Configuration conf() {
    return context.conf();
  }

  /** What was set with {@code -D} behind the command's name. */
  protected final Map<String, String> properties() {
    return generic.properties();
  }
}
