// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.repair;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Arrays;

/** Reads what {@link PackedWriter} wrote. Whatever else the bytes are: PROTOCOL_ERROR. */
final class PackedReader {
  private final byte[] bytes;
  private int at;

  PackedReader(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  int get() {
    if (at == bytes.length) {
      throw corrupt("ends too early");
    }
    return bytes[at++] & 0xFF;
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = get();
      value |= (long) (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw corrupt("has a number that is too long");
  }

  long signed() {
    long value = number();
    return value >>> 1 ^ -(value & 1);
  }

  byte[] bytes() {
    long length = number();
    if (length < 0 || length > bytes.length - at) {
      throw corrupt("says length=" + length);
    }
    at += (int) length;
    return Arrays.copyOfRange(bytes, at - (int) length, at);
  }

  SednaException corrupt(String how) {
    return new SednaException(
        ErrorCode.PROTOCOL_ERROR,
        "what a replica sent for repair " + how + ", at byte " + at + " of " + bytes.length);
  }
}
