// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import java.util.Arrays;

/**
 * Keys in base64, in memory outside the heap. As memcached does, it skips what is no letter of the
 * alphabet and refuses what is not made of whole groups of four. Not thread-safe.
 */
final class Base64Key {
  static final int SCRATCH_BYTES = 256;

  private static final byte[] ALPHABET =
      Text.word("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  private static final byte[] VALUES = values();
  private static final int NONE = -1;

  private final long scratch;

  /**
   * @param scratch address of memory for decoded keys, of {@link #SCRATCH_BYTES}
   */
  Base64Key(long scratch) {
    this.scratch = scratch;
  }

  private static byte[] values() {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) NONE);
    for (int i = 0; i < ALPHABET.length; i++) {
      values[ALPHABET[i]] = (byte) i;
    }
    values['='] = 0;
    return values;
  }

  /** Where the key is that was decoded last. */
  long address() {
    return scratch;
  }

  /**
   * Decodes a key of at most 250 letters.
   *
   * @return its length; 0: it is none
   */
  int decode(long address, int length) {
    int letters = 0;
    int padding = 0;
    int bits = 0;
    int at = 0;
    int end = 0;
    for (int i = 0; i < length; i++) {
      int c = OffHeap.getByte(address + i) & 0xff;
      if (VALUES[c] == NONE) {
        continue;
      }
      letters++;
      if (end != 0) {
        continue;
      }
      padding += c == '=' ? 1 : 0;
      bits = bits << 6 | VALUES[c];
      if (letters % 4 == 0) {
        OffHeap.putByte(scratch + at, (byte) (bits >>> 16));
        OffHeap.putByte(scratch + at + 1, (byte) (bits >>> 8));
        OffHeap.putByte(scratch + at + 2, (byte) bits);
        at += 3;
        bits = 0;
        if (padding > 2) {
          return 0;
        }
        if (padding > 0) {
          at -= padding;
          end = at;
        }
      }
    }
    return letters % 4 == 0 ? at : 0;
  }

  /** Writes a key in base64. */
  static void encode(long address, int length, Output out) {
    int i = 0;
    for (; i + 3 <= length; i += 3) {
      group(bits(address + i, 3), 0, out);
    }
    if (i < length) {
      group(bits(address + i, length - i), 3 - (length - i), out);
    }
  }

  private static int bits(long address, int bytes) {
    int bits = 0;
    for (int i = 0; i < 3; i++) {
      bits = bits << 8 | (i < bytes ? OffHeap.getByte(address + i) & 0xff : 0);
    }
    return bits;
  }

  private static void group(int bits, int padding, Output out) {
    for (int i = 0; i < 4; i++) {
      out.write(i < 4 - padding ? ALPHABET[bits >>> 18 - 6 * i & 0x3f] : '=');
    }
  }
}
