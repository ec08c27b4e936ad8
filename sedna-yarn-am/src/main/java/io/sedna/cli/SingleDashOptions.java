// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * Lets long options be written with one dash, as Hadoop's own commands have them: {@code create
 * mystore -daemons 3} means {@code create mystore --daemons 3}. Only options that the named command
 * has are rewritten, and nothing behind {@code --}.
 */
final class SingleDashOptions {
  private static final Pattern SINGLE_DASH = Pattern.compile("-[a-z][a-z-]+(=.*)?", Pattern.DOTALL);

  private SingleDashOptions() {}

  static List<String> normalise(CommandLine root, List<String> args) {
    var normalised = new ArrayList<String>(args.size());
    var command = root;
    var literal = false;
    for (var arg : args) {
      literal |= arg.equals("--");
      var subcommand = literal ? null : command.getSubcommands().get(arg);
      if (subcommand != null) {
        command = subcommand;
      }
      normalised.add(!literal && isLongOption(command, arg) ? "-" + arg : arg);
    }
    return normalised;
  }

  private static boolean isLongOption(CommandLine command, String arg) {
    if (!SINGLE_DASH.matcher(arg).matches()) {
      return false;
    }
    var equals = arg.indexOf('=');
    var name = equals < 0 ? arg : arg.substring(0, equals);
    var options = command.getCommandSpec().optionsMap();
    return !options.containsKey(name) && options.containsKey("-" + name);
  }
}
