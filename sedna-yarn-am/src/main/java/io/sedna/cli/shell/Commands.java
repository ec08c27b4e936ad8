// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Every command of the shell, by name. */
final class Commands {
  static final List<ShellCommand> ALL = all();

  private Commands() {}

  /** A command found at the beginning of a statement, and what followed its name. */
  record Found(ShellCommand command, List<Word> arguments) {}

  /**
   * The command that a statement names: its longest name, so that "delete snapshot x" is no
   * "delete".
   */
  static Optional<Found> find(List<Word> words) {
    return ALL.stream()
        .filter(command -> isNamed(command, words))
        .max(Comparator.comparingInt(command -> nameLength(command)))
        .map(command -> new Found(command, words.subList(nameLength(command), words.size())));
  }

  private static boolean isNamed(ShellCommand command, List<Word> words) {
    var name = command.name().split(" ");
    if (words.size() < name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (words.get(i).quoted() || !words.get(i).text().equalsIgnoreCase(name[i])) {
        return false;
      }
    }
    return true;
  }

  private static int nameLength(ShellCommand command) {
    return command.name().split(" ").length;
  }

  private static List<ShellCommand> all() {
    var commands = new ArrayList<ShellCommand>();
    commands.addAll(TableCommands.ALL);
    commands.addAll(RecordCommands.ALL);
    commands.addAll(ClusterCommands.ALL);
    commands.addAll(SnapshotCommands.ALL);
    commands.add(
        new ShellCommand(
            "help",
            List.of(),
            List.of("COMMAND"),
            List.of(),
            "tell what can be said",
            (arguments, session) -> help(arguments.optionalText(0), session)));
    return List.copyOf(commands);
  }

  private static void help(Optional<String> name, Session session) {
    try (var rows = session.out().rows(List.of("command", "what it does"))) {
      for (var command : ALL) {
        if (name.isEmpty() || command.name().startsWith(name.get())) {
          rows.add(command.synopsis(), command.description());
        }
      }
      if (name.isEmpty()) {
        rows.add("exit", "leave the shell");
      }
    }
    if (name.isEmpty()) {
      session
          .out()
          .message(
              "Quote what holds blanks; \\xNN is a byte; times are 500ms, 10s, 5m, 2h or 7d; statements end with a"
                  + " line or a semicolon.");
    }
  }
}
