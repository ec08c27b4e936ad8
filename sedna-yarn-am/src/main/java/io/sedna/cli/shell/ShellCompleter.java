// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.client.SednaClient;
import io.sedna.common.error.SednaException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes commands, tables' and daemons' names and options. */
final class ShellCompleter implements Completer {
  private final SednaClient client;

  ShellCompleter(SednaClient client) {
    this.client = client;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    for (var text : complete(line.words().subList(0, line.wordIndex()))) {
      var open = text.endsWith("=");
      candidates.add(new Candidate(text, text, null, null, null, null, !open));
    }
  }

  /** What may follow these words. */
  List<String> complete(List<String> before) {
    var result = new LinkedHashSet<String>();
    for (var command : Commands.ALL) {
      nextWord(command, before).ifPresent(result::add);
    }
    arguments(before).ifPresent(result::addAll);
    return List.copyOf(result);
  }

  /** The next word of a command's name, if these words are its first. */
  private static Optional<String> nextWord(ShellCommand command, List<String> before) {
    var name = List.of(command.name().split(" "));
    return before.size() < name.size() && name.subList(0, before.size()).equals(before)
        ? Optional.of(name.get(before.size()))
        : Optional.empty();
  }

  private Optional<List<String>> arguments(List<String> before) {
    return before.isEmpty()
        ? Optional.empty()
        : Commands.find(before.stream().map(word -> new Word(word.getBytes(UTF_8), false)).toList())
            .map(found -> arguments(found.command(), found.arguments().size()));
  }

  private List<String> arguments(ShellCommand command, int given) {
    if (given == 0 && command.takesTable()) {
      return ask(
          () ->
              client.admin().listTables("").stream()
                  .map(table -> table.name().toString())
                  .toList());
    }
    if (given == 0 && command.required().contains("NODE")) {
      return ask(
          () ->
              client.admin().clusterState().getMembers().stream()
                  .map(member -> member.getNodeId())
                  .toList());
    }
    var options = new ArrayList<String>();
    if (given >= command.required().size()) {
      command.options().forEach(option -> options.add(option + "="));
    }
    return options;
  }

  /** No completion is better than an error in the middle of a line. */
  private static List<String> ask(Supplier<List<String>> question) {
    try {
      return question.get();
    } catch (SednaException e) {
      return List.of();
    }
  }
}
