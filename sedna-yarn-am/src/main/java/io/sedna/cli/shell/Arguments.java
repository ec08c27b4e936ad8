// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What followed a command's name, checked against what the command takes. */
final class Arguments {
  private final List<Word> positional;
  private final Map<String, byte[]> options;

  private Arguments(List<Word> positional, Map<String, byte[]> options) {
    this.positional = positional;
    this.options = options;
  }

  /**
   * @throws SyntaxException if there are too few or too many, or one that the command does not know
   */
  static Arguments parse(ShellCommand command, List<Word> words) {
    int from = words.size();
    while (from > 0 && command.options().size() > 0 && words.get(from - 1).isOption()) {
      from--;
    }
    // A required argument may look like an option; then it is none.
    from = Math.max(from, Math.min(words.size(), command.required().size()));
    var positional = words.subList(0, from);
    int least = command.required().size();
    int most = least + command.optional().size();
    if (positional.size() < least) {
      throw usage(command, command.required().get(positional.size()) + " is missing");
    }
    if (positional.size() > most) {
      throw usage(command, "too many arguments: " + Escaping.escape(positional.get(most).bytes()));
    }
    var options = new HashMap<String, byte[]>();
    for (var word : words.subList(from, words.size())) {
      var text = word.text();
      var name = text.substring(0, text.indexOf('='));
      if (!command.options().contains(name)) {
        throw usage(command, "no such option: " + name);
      }
      // Names are ASCII, so a name has as many bytes as characters.
      var value = Arrays.copyOfRange(word.bytes(), name.length() + 1, word.bytes().length);
      if (options.put(name, value) != null) {
        throw usage(command, "given twice: " + name);
      }
    }
    return new Arguments(positional, options);
  }

  private static SyntaxException usage(ShellCommand command, String problem) {
    return new SyntaxException(problem + "; usage: " + command.synopsis());
  }

  byte[] bytes(int index) {
    return positional.get(index).bytes();
  }

  String text(int index) {
    return positional.get(index).text();
  }

  Optional<String> optionalText(int index) {
    return index < positional.size() ? Optional.of(text(index)) : Optional.empty();
  }

  Optional<byte[]> optionBytes(String name) {
    return Optional.ofNullable(options.get(name));
  }

  Optional<String> option(String name) {
    return optionBytes(name).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  Optional<Duration> duration(String name) {
    return option(name).map(text -> Durations.parse(text, name));
  }

  /** Bytes. */
  Optional<Long> size(String name) {
    return option(name).map(text -> Sizes.parse(text, name));
  }

  Optional<Integer> integer(String name) {
    return option(name).map(text -> (int) number(name, text, Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  /**
   * @param name for errors
   */
  long longInteger(int index, String name) {
    return number(name, text(index), Long.MIN_VALUE, Long.MAX_VALUE);
  }

  Optional<Long> longInteger(String name) {
    return option(name).map(text -> number(name, text, Long.MIN_VALUE, Long.MAX_VALUE));
  }

  boolean flag(String name) {
    var text = option(name).orElse("false");
    if (!text.equals("true") && !text.equals("false")) {
      throw new SyntaxException(name + "=" + text + " is neither true nor false");
    }
    return text.equals("true");
  }

  /** One of an enum's names, in any case. */
  <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
    return option(name)
        .map(
            text -> {
              for (var constant : type.getEnumConstants()) {
                if (constant.name().equalsIgnoreCase(text)) {
                  return constant;
                }
              }
              throw new SyntaxException(
                  name
                      + "="
                      + text
                      + " is not one of "
                      + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT));
            });
  }

  private static long number(String name, String text, long least, long most) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, with the name.
    }
    throw new SyntaxException(name + "=" + text + " is no number from " + least + " to " + most);
  }
}
