// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.netty.buffer.ByteBuf;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.nio.charset.StandardCharsets;

/** Text lines in buffers, read where they lie. */
final class Lines {
  /** No answer's line of any protocol here is as long. */
  private static final int MAX_LINE_BYTES = 2048;

  static final int LINE_END_BYTES = 2;

  private Lines() {}

  /**
   * Index of the CR that ends the line; negative: it has not come yet.
   *
   * @throws SednaException PROTOCOL_ERROR if it should have come long ago
   */
  static int end(ByteBuf in, int from) {
    int length = Math.min(in.writerIndex() - from, MAX_LINE_BYTES);
    int lf = in.indexOf(from, from + length, (byte) '\n');
    if (lf < 0) {
      if (length == MAX_LINE_BYTES) {
        throw violation(in, from, from + 64, "a line of more than " + MAX_LINE_BYTES + " bytes");
      }
      return -1;
    }
    if (lf == from || in.getByte(lf - 1) != '\r') {
      throw violation(in, from, lf, "a line that does not end in CR LF");
    }
    return lf - 1;
  }

  static boolean startsWith(ByteBuf in, int from, int end, byte[] prefix) {
    if (end - from < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (in.getByte(from + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  static boolean equals(ByteBuf in, int from, int end, byte[] line) {
    return end - from == line.length && startsWith(in, from, end, line);
  }

  /** The decimal number, which may be negative, between two indexes. */
  static int number(ByteBuf in, int from, int end) {
    boolean negative = from < end && in.getByte(from) == '-';
    int at = negative ? from + 1 : from;
    if (at == end || end - at > 9) {
      throw violation(in, from, end, "no number");
    }
    int number = 0;
    for (; at < end; at++) {
      int digit = in.getByte(at) - '0';
      if (digit < 0 || digit > 9) {
        throw violation(in, from, end, "no number");
      }
      number = number * 10 + digit;
    }
    return negative ? -number : number;
  }

  static String text(ByteBuf in, int from, int end) {
    return in.toString(from, Math.min(end, in.writerIndex()) - from, StandardCharsets.ISO_8859_1);
  }

  static SednaException violation(ByteBuf in, int from, int end, String what) {
    return new SednaException(
        ErrorCode.PROTOCOL_ERROR, "the server sent " + what + ": '" + text(in, from, end) + "'");
  }
}
