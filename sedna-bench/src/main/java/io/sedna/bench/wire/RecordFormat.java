// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.netty.buffer.ByteBuf;
import io.sedna.bench.workload.FastRandom;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How the number of a key becomes bytes, and which value belongs to it. Keys are hexadecimal
 * numbers, filled up from the left, so that every protocol can carry them. A value begins with
 * eight bytes that its key determines, so that a reader knows another key's; the rest is noise, the
 * same in all. For one thread: it keeps scratch space.
 */
@InterfaceAudience.Private
public final class RecordFormat {
  static final int MIN_KEY_BYTES = 4;
  static final int MAX_KEY_BYTES = 250;

  /** Bytes of a value that tell its key; shorter values are checked for their length alone. */
  private static final int MARK_BYTES = Long.BYTES;

  private static final int HEX_DIGITS = Long.BYTES * 2;
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte FILLER = 'k';
  private static final long NOISE_SEED = 42;

  private final byte[] key;
  private final byte[] value;
  private final int digits;

  /**
   * @throws SednaException INVALID_ARGUMENT if the sizes are out of bounds, or the keys too short
   *     to tell so many apart
   */
  public RecordFormat(int keyBytes, int valueBytes, long keys) {
    if (keyBytes < MIN_KEY_BYTES || keyBytes > MAX_KEY_BYTES) {
      throw refused("key size", keyBytes, MIN_KEY_BYTES + " to " + MAX_KEY_BYTES + " bytes");
    }
    if (valueBytes < 0) {
      throw refused("value size", valueBytes, "0 bytes or more");
    }
    digits = Math.min(keyBytes, HEX_DIGITS);
    if (digits < HEX_DIGITS && keys > 1L << (4 * digits)) {
      throw refused("key size", keyBytes, "enough for " + keys + " keys");
    }
    key = new byte[keyBytes];
    Arrays.fill(key, FILLER);
    value = new byte[valueBytes];
    var random = new FastRandom(NOISE_SEED);
    for (int i = 0; i < valueBytes; i++) {
      value[i] = DIGITS[(int) random.nextLong(DIGITS.length)];
    }
  }

  private static SednaException refused(String what, int value, String legal) {
    return new SednaException(ErrorCode.INVALID_ARGUMENT, what + " " + value + " is not " + legal);
  }

  public int keyBytes() {
    return key.length;
  }

  public int valueBytes() {
    return value.length;
  }

  /** Writes a key into an array. */
  void putKey(byte[] target, int offset, long number) {
    long rest = number;
    for (int i = offset + key.length - 1; i >= offset + key.length - digits; i--) {
      target[i] = DIGITS[(int) (rest & 0xf)];
      rest >>>= 4;
    }
    for (int i = offset; i < offset + key.length - digits; i++) {
      target[i] = FILLER;
    }
  }

  void writeKey(ByteBuf out, long number) {
    putKey(key, 0, number);
    out.writeBytes(key);
  }

  void writeValue(ByteBuf out, long number) {
    if (value.length >= MARK_BYTES) {
      out.writeLong(FastRandom.mix(number));
      out.writeBytes(value, MARK_BYTES, value.length - MARK_BYTES);
    } else {
      out.writeBytes(value);
    }
  }

  /** The key as bytes of its own. */
  public byte[] key(long number) {
    byte[] copy = new byte[key.length];
    putKey(copy, 0, number);
    return copy;
  }

  /** The value that belongs to a key, as bytes of its own. */
  public byte[] value(long number) {
    byte[] copy = value.clone();
    if (copy.length >= MARK_BYTES) {
      long mark = FastRandom.mix(number);
      for (int i = MARK_BYTES - 1; i >= 0; i--) {
        copy[i] = (byte) mark;
        mark >>>= Byte.SIZE;
      }
    }
    return copy;
  }

  /** Tells if the bytes from an index on are this key. */
  boolean isKey(ByteBuf in, int index, int bytes, long number) {
    if (bytes != key.length) {
      return false;
    }
    putKey(key, 0, number);
    // From the right, where keys differ.
    for (int i = bytes - 1; i >= 0; i--) {
      if (in.getByte(index + i) != key[i]) {
        return false;
      }
    }
    return true;
  }

  /** Tells if the bytes from an index on are the value of this key. */
  boolean isValue(ByteBuf in, int index, int bytes, long number) {
    return bytes == value.length
        && (bytes < MARK_BYTES || in.getLong(index) == FastRandom.mix(number));
  }

  /** Tells if this is the value of that key. */
  public boolean isValue(byte[] read, long number) {
    if (read.length != value.length) {
      return false;
    }
    long mark = FastRandom.mix(number);
    for (int i = MARK_BYTES - 1; i >= 0 && read.length >= MARK_BYTES; i--) {
      if (read[i] != (byte) mark) {
        return false;
      }
      mark >>>= Byte.SIZE;
    }
    return true;
  }

  String describeWrong(long number, int bytes) {
    return "key "
        + new String(key(number), StandardCharsets.US_ASCII)
        + " has a value of "
        + bytes
        + " bytes that was not written for it (expected "
        + value.length
        + " bytes)";
  }
}
