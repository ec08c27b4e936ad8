// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

/**
 * Lines as the program {@code top} writes them: key, tab, count, with control characters and
 * backslashes escaped.
 */
final class TopLines {
  private TopLines() {}

  static String format(String key, long count) {
    var line = new StringBuilder();
    key.chars()
        .forEach(
            c -> {
              if (c == '\\') {
                line.append("\\\\");
              } else if (c < 0x20 || c == 0x7f) {
                line.append(String.format("\\x%02x", c));
              } else {
                line.append((char) c);
              }
            });
    return line.append('\t').append(count).toString();
  }
}
