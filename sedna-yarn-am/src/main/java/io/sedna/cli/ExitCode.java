// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** What {@code bin/sedna} and {@code yarn jar} answer to the shell. */
@InterfaceAudience.Public
@InterfaceStability.Stable
public final class ExitCode {
  /** The command did what it was asked. */
  public static final int OK = 0;

  /** The command was understood but failed; the last line on standard error says why. */
  public static final int FAILURE = 1;

  /** The command line was not understood. */
  public static final int USAGE = 2;

  private ExitCode() {}
}
