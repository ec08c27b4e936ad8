// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.util.List;

/**
 * What can be said in the shell.
 *
 * @param name one word, or two parted by a blank
 * @param required names of its arguments, in order
 * @param optional names of those that may be left out, after them
 * @param options names of its {@code name=value} options, which come last
 * @param description one line
 */
record ShellCommand(
    String name,
    List<String> required,
    List<String> optional,
    List<String> options,
    String description,
    Action action) {

  /** Does it; throws {@code SednaException} where it cannot. */
  interface Action {
    void run(Arguments arguments, Session session);
  }

  /** With every argument, for help and errors. */
  String synopsis() {
    var result = new StringBuilder(name);
    required.forEach(argument -> result.append(' ').append(argument));
    optional.forEach(argument -> result.append(" [").append(argument).append(']'));
    options.forEach(option -> result.append(" [").append(option).append("=…]"));
    return result.toString();
  }

  /** The first argument is a table that exists. */
  boolean takesTable() {
    return !required.isEmpty() && required.get(0).equals("TABLE") && !name.startsWith("create");
  }
}
