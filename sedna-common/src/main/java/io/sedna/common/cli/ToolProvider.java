// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.util.Tool;

/**
 * Names Hadoop tools, which the command line offers as subcommands without knowing the module that
 * they come from. Implementations have a public constructor without arguments and stand in {@code
 * META-INF/services/io.sedna.common.cli.ToolProvider}.
 */
@InterfaceAudience.Private
@InterfaceStability.Evolving
public interface ToolProvider {
  /**
   * A subcommand.
   *
   * @param name what the user types
   * @param description one line for the list of subcommands
   * @param factory makes the tool, to be run by {@link org.apache.hadoop.util.ToolRunner}: it takes
   *     what followed the name, answers {@code --help}, and returns the exit code. What it throws
   *     is for the caller to print; a {@link io.sedna.common.error.SednaException} says all in its
   *     message.
   */
  record ToolEntry(String name, String description, Supplier<? extends Tool> factory) {}

  /** The tools of one module, in any order. */
  List<ToolEntry> tools();

  /** Every tool on the class path, by name. */
  static List<ToolEntry> all() {
    var entries = new ArrayList<ToolEntry>();
    ServiceLoader.load(ToolProvider.class, ToolProvider.class.getClassLoader())
        .forEach(provider -> entries.addAll(provider.tools()));
    entries.sort(Comparator.comparing(ToolEntry::name));
    return entries;
  }

  /** The tool of that name. */
  static Optional<ToolEntry> find(String name) {
    return all().stream().filter(entry -> entry.name().equals(name)).findFirst();
  }
}
