// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import java.io.PrintStream;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;

/**
 * What every command is given.
 *
 * @param conf Hadoop's and Sedna's settings with the generic options of the command line applied;
 *     commands may set more on it
 * @param out for what was asked for
 * @param err for progress, warnings and errors
 */
@InterfaceAudience.Private
public record CliContext(Configuration conf, PrintStream out, PrintStream err) {}
