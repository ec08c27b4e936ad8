// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes with the primitives of {@link PartitionMapCodec}. */
final class ByteWriter {
  private byte[] bytes;
  private int length;

  ByteWriter(int capacity) {
    bytes = new byte[capacity];
  }

  void fixed8(int value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(16, bytes.length * 2));
    }
    bytes[length++] = (byte) value;
  }

  void fixed32(int value) {
    fixed8(value >>> 24);
    fixed8(value >>> 16);
    fixed8(value >>> 8);
    fixed8(value);
  }

  void varint(long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      fixed8((int) (left & 0x7F) | 0x80);
      left >>>= 7;
    }
    fixed8((int) left);
  }

  void string(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    varint(utf8.length);
    for (byte b : utf8) {
      fixed8(b);
    }
  }

  /** The array itself, whose first {@link #length()} bytes count. */
  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }
}
