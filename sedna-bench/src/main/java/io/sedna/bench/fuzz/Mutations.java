// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Changes that find mistakes in readers of bytes. */
final class Mutations {
  /** Lengths and counts that readers have been wrong about. */
  private static final int[] NUMBERS = {
    -1, 0, 1, 0x7f, 0x80, 0xffff, 0x10000, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private static final int HEADER_BYTES = 60;
  private static final int MOST_MOVED = 8;

  private Mutations() {}

  /** A copy with one thing changed; an empty array stays as it is. */
  static byte[] mutated(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(MOST_MOVED));
    byte[] changed = bytes.clone();
    switch (random.nextInt(9)) {
      case 0 -> changed[at] = (byte) random.nextInt();
      case 1 -> changed[random.nextInt(Math.min(HEADER_BYTES, bytes.length))] ^= bit(random);
      case 2 -> changed[at] ^= bit(random);
      case 3 -> changed = Arrays.copyOf(bytes, at);
      case 4 -> changed = Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
      case 5 -> {
        int number = NUMBERS[random.nextInt(NUMBERS.length)];
        for (int i = 0; i < Integer.BYTES && at + i < changed.length; i++) {
          changed[at + i] = (byte) (number >> (24 - 8 * i));
        }
      }
      case 6 -> {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        changed = spliced(bytes, at, noise, at);
      }
      case 7 -> changed = spliced(bytes, at, new byte[0], at + length);
      default ->
          changed =
              spliced(bytes, at + length, Arrays.copyOfRange(bytes, at, at + length), at + length);
    }
    return changed;
  }

  private static byte bit(Random random) {
    return (byte) (1 << random.nextInt(8));
  }

  private static byte[] spliced(byte[] bytes, int end, byte[] middle, int from) {
    var out = new ByteArrayOutputStream(end + middle.length + bytes.length - from);
    out.write(bytes, 0, end);
    out.writeBytes(middle);
    out.write(bytes, from, bytes.length - from);
    return out.toByteArray();
  }
}
