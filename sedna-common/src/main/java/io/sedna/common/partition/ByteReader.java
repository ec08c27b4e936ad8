// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteWriter} wrote; refuses what would lead past the end. */
final class ByteReader {
  private static final int MAX_VARINT_BITS = 64;

  private final byte[] bytes;
  private final int end;
  private int position;

  ByteReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  int remaining() {
    return end - position;
  }

  int fixed8() {
    if (position >= end) {
      throw PartitionMapCodec.malformed("it ends at byte " + end + " in the middle of a field");
    }
    return bytes[position++] & 0xFF;
  }

  int fixed32() {
    return fixed8() << 24 | fixed8() << 16 | fixed8() << 8 | fixed8();
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
      int b = fixed8();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw PartitionMapCodec.malformed("a varint of more than 10 bytes ends at byte " + position);
  }

  /** A varint that fits a non-negative int. */
  int number() {
    long value = varint();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw PartitionMapCodec.malformed(
          "number out of range before byte " + position + ": " + Long.toUnsignedString(value));
    }
    return (int) value;
  }

  /**
   * A number of things that take at least a byte each, so that garbage cannot ask for much memory.
   */
  int count() {
    int count = number();
    if (count > remaining()) {
      throw PartitionMapCodec.malformed(count + " entries in " + remaining() + " bytes");
    }
    return count;
  }

  String string() {
    int length = count();
    String value = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }
}
