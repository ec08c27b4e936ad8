// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Times as people write them: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 7d}; a
 * bare number is in milliseconds.
 */
final class Durations {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d)?");

  private Durations() {}

  /**
   * @param what named in the error
   * @throws SyntaxException if it is none
   */
  static Duration parse(String text, String what) {
    var match = FORM.matcher(text);
    if (!match.matches()) {
      throw new SyntaxException(
          what + "=" + text + " is no time: a number with ms, s, m, h or d, for example 10s");
    }
    long number = Long.parseLong(match.group(1));
    var unit = match.group(2) == null ? "ms" : match.group(2);
    try {
      return switch (unit) {
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        case "d" -> Duration.ofDays(number);
        default -> Duration.ofMillis(number);
      };
    } catch (ArithmeticException e) {
      throw new SyntaxException(what + "=" + text + " is too long a time");
    }
  }

  /** {@code 0}: for ever, or the default. */
  static String format(long ms, String zero) {
    if (ms == 0) {
      return zero;
    }
    var units = new String[] {"d", "h", "m", "s"};
    var lengths = new long[] {86_400_000, 3_600_000, 60_000, 1_000};
    for (int i = 0; i < units.length; i++) {
      if (ms % lengths[i] == 0) {
        return ms / lengths[i] + units[i];
      }
    }
    return ms + "ms";
  }
}
