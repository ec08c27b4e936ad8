// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.nio.charset.StandardCharsets;

/**
 * One word of a statement, unquoted and unescaped.
 *
 * @param bytes what it stands for; any bytes at all
 * @param quoted it began with a quote, so it is never taken for an option
 */
record Word(byte[] bytes, boolean quoted) {
  /** As UTF-8; bytes that are none become U+FFFD. */
  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** {@code name=value}, not quoted, with a name of letters and underscores. */
  boolean isOption() {
    return !quoted && text().matches("[A-Za-z_]+=(?s:.*)");
  }
}
