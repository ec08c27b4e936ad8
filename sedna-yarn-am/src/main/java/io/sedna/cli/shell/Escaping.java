// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Shows bytes so that they can be typed again: printable UTF-8 as it is, the rest as {@code \xNN}.
 */
final class Escaping {
  private static final int LONGEST_CHARACTER = 4;

  private Escaping() {}

  static String escape(byte[] bytes) {
    var result = new StringBuilder(bytes.length);
    int at = 0;
    while (at < bytes.length) {
      int length = characterAt(bytes, at);
      if (length == 0) {
        result.append(String.format("\\x%02x", bytes[at]));
        at++;
      } else {
        var character = new String(bytes, at, length, StandardCharsets.UTF_8);
        result.append(character.equals("\\") ? "\\\\" : character);
        at += length;
      }
    }
    return result.toString();
  }

  /** Bytes of the printable character that begins here; 0: none does. */
  private static int characterAt(byte[] bytes, int at) {
    for (int length = 1; length <= LONGEST_CHARACTER && at + length <= bytes.length; length++) {
      try {
        var decoded =
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes, at, length))
                .toString();
        return isPrintable(decoded.codePointAt(0)) ? length : 0;
      } catch (CharacterCodingException e) {
        // Not the whole character yet, or none.
        continue;
      }
    }
    return 0;
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
