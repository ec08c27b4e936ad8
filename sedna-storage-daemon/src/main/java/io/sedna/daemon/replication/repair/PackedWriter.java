// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.repair;

import java.util.Arrays;

/** Bytes that grow: numbers in as few as they need. Not thread-safe. */
final class PackedWriter {
  private static final int FIRST_BYTES = 256;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  PackedWriter put(int oneByte) {
    room(1);
    bytes[length++] = (byte) oneByte;
    return this;
  }

  /** An unsigned number, seven bits a byte, the lowest first. */
  PackedWriter number(long value) {
    room(Long.BYTES + 2);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return this;
  }

  /** A number that is near 0, above or below. */
  PackedWriter signed(long value) {
    return number(value << 1 ^ value >> 63);
  }

  /** Their number, and the bytes. */
  PackedWriter bytes(byte[] value) {
    number(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }
}
