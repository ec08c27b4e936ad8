// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Any bytes as one field of a line of tab-separated text, and back. Tab, line feed, carriage return
 * and backslash are written {@code \t}, {@code \n}, {@code \r} and {@code \\}; other control
 * characters and bytes that are not UTF-8 are written {@code \xHH}. All else stays as it is, so
 * that text stays readable.
 */
final class Tsv {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private Tsv() {}

  /** The field that stands for the bytes, in UTF-8. */
  static byte[] escape(byte[] bytes) {
    var out = new ByteArrayOutputStream(bytes.length + 16);
    for (int i = 0; i < bytes.length; ) {
      int length = Utf8.lengthAt(bytes, i);
      if (length > 1) {
        out.write(bytes, i, length);
        i += length;
        continue;
      }
      int b = bytes[i++] & 0xff;
      switch (b) {
        case '\t' -> out.writeBytes(new byte[] {'\\', 't'});
        case '\n' -> out.writeBytes(new byte[] {'\\', 'n'});
        case '\r' -> out.writeBytes(new byte[] {'\\', 'r'});
        case '\\' -> out.writeBytes(new byte[] {'\\', '\\'});
        default -> {
          if (b < 0x20 || b >= 0x7f) {
            out.writeBytes(new byte[] {'\\', 'x', (byte) HEX[b >> 4], (byte) HEX[b & 15]});
          } else {
            out.write(b);
          }
        }
      }
    }
    return out.toByteArray();
  }

  /**
   * The bytes that a field stands for.
   *
   * @throws SednaException with {@link ErrorCode#INVALID_ARGUMENT} if a backslash begins no escape
   */
  static byte[] unescape(byte[] line, int from, int to) {
    var out = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      if (line[i] != '\\') {
        out.write(line[i]);
        continue;
      }
      int escape = i + 1 < to ? line[i + 1] : -1;
      switch (escape) {
        case 't' -> out.write('\t');
        case 'n' -> out.write('\n');
        case 'r' -> out.write('\r');
        case '\\' -> out.write('\\');
        case 'x' -> {
          int high = i + 2 < to ? Character.digit(line[i + 2], 16) : -1;
          int low = i + 3 < to ? Character.digit(line[i + 3], 16) : -1;
          if (high < 0 || low < 0) {
            throw malformed(line, from, to, "\\x without two hexadecimal digits");
          }
          out.write(high << 4 | low);
          i += 2;
        }
        default -> throw malformed(line, from, to, "backslash that begins no escape");
      }
      i++;
    }
    return out.toByteArray();
  }

  /** The fields of a line, unescaped; a line without tabs has one. */
  static List<byte[]> fields(byte[] line, int length) {
    var fields = new ArrayList<byte[]>();
    int from = 0;
    for (int i = 0; i <= length; i++) {
      if (i == length || line[i] == '\t') {
        fields.add(unescape(line, from, i));
        from = i + 1;
      }
    }
    return fields;
  }

  private static SednaException malformed(byte[] line, int from, int to, String why) {
    return new SednaException(
        ErrorCode.INVALID_ARGUMENT,
        "malformed field: " + why + ": '" + new String(line, from, to - from, UTF_8) + "'");
  }
}
