// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import io.sedna.client.PutEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The records of a run, made anew from their numbers whenever they are needed, so that every byte
 * read back can be checked without keeping what was written. Immutable.
 *
 * <pre>
 *   key:   | mixed number, 8 bytes | number, 8 bytes |
 *   value: | SplitMix64 from the number on, as many bytes as asked |
 * </pre>
 */
final class BulkRecords {
  static final int KEY_BYTES = 16;

  /** The golden ratio's fraction, in 64 bits: the step of SplitMix64. */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final int valueBytes;

  BulkRecords(int valueBytes) {
    this.valueBytes = valueBytes;
  }

  PutEntry entry(long number) {
    return new PutEntry(key(number), value(number));
  }

  byte[] key(long number) {
    return ByteBuffer.allocate(KEY_BYTES).putLong(mix(number)).putLong(number).array();
  }

  byte[] value(long number) {
    // Whole words, then cut: a value is rarely a multiple of eight.
    ByteBuffer words = ByteBuffer.allocate((valueBytes + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
    long state = number;
    while (words.hasRemaining()) {
      state += STEP;
      words.putLong(mix(state));
    }
    return words.capacity() == valueBytes
        ? words.array()
        : Arrays.copyOf(words.array(), valueBytes);
  }

  /** Number of the record that has this key; -1: it is none of ours. */
  long numberOf(byte[] key) {
    if (key.length != KEY_BYTES) {
      return -1;
    }
    ByteBuffer parts = ByteBuffer.wrap(key);
    long mixed = parts.getLong();
    long number = parts.getLong();
    return number >= 0 && mix(number) == mixed ? number : -1;
  }

  private static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
