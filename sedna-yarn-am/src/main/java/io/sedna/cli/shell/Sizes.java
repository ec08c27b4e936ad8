// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Amounts of memory as people write them: {@code 512k}, {@code 64m}, {@code 2g}, {@code 1t}, each
 * 1024 times the one before, in either case; a bare number is in bytes.
 */
final class Sizes {
  private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,19})([kmgt])?");
  private static final String UNITS = "kmgt";

  private Sizes() {}

  /**
   * A negative amount is answered as it is: whether it makes sense is for the daemon to say.
   *
   * @param what named in the error
   * @throws SyntaxException if it is none
   */
  static long parse(String text, String what) {
    var match = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw new SyntaxException(
          what + "=" + text + " is no size: a number of bytes, or with k, m, g or t as in 64m");
    }
    long unit = match.group(2) == null ? 1 : 1L << 10 * (UNITS.indexOf(match.group(2)) + 1);
    try {
      return Math.multiplyExact(Long.parseLong(match.group(1)), unit);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new SyntaxException(what + "=" + text + " is too large a size");
    }
  }

  /**
   * In the largest unit that divides it.
   *
   * @param zero what to write for 0
   */
  static String format(long bytes, String zero) {
    if (bytes == 0) {
      return zero;
    }
    for (int i = UNITS.length(); i > 0; i--) {
      if (bytes % (1L << 10 * i) == 0) {
        return (bytes >> 10 * i) + UNITS.substring(i - 1, i);
      }
    }
    return Long.toString(bytes);
  }
}
