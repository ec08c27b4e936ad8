// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;

/**
 * Reads and writes decimal numbers in memory, as memcached does by C's {@code strtoull} and {@code
 * strtol}: white space may come before a number and anything after a white space that follows it;
 * there may be a sign; what does not fit 64 bits is refused, what does not fit fewer loses its
 * upper bits. Used again for each number; not thread-safe.
 */
final class Decimal {
  private static final int MOST_DIGITS = 20;
  private static final long MAX_UNSIGNED_TENTH = Long.divideUnsigned(-1L, 10);
  private static final int MAX_UNSIGNED_LAST = (int) Long.remainderUnsigned(-1L, 10);

  private final byte[] digits = new byte[MOST_DIGITS];
  private long value;
  private boolean negative;

  /** The number that was read last. */
  long value() {
    return value;
  }

  int intValue() {
    return (int) value;
  }

  /** Reads an unsigned number of 64 bits. */
  boolean readUnsigned(long address, int length) {
    if (!readMagnitude(address, length)) {
      return false;
    }
    if (negative) {
      value = -value;
    }
    return value >= 0 || !contains(address, length, '-');
  }

  /** Reads a signed number of 64 bits. */
  boolean readSigned(long address, int length) {
    if (!readMagnitude(address, length)) {
      return false;
    }
    if (negative) {
      if (Long.compareUnsigned(value, Long.MIN_VALUE) > 0) {
        return false;
      }
      value = -value;
      return true;
    }
    return value >= 0;
  }

  private boolean readMagnitude(long address, int length) {
    int at = 0;
    while (at < length && isSpace(OffHeap.getByte(address + at))) {
      at++;
    }
    negative = false;
    if (at < length) {
      byte sign = OffHeap.getByte(address + at);
      if (sign == '-' || sign == '+') {
        negative = sign == '-';
        at++;
      }
    }
    int first = at;
    long sum = 0;
    while (at < length) {
      byte c = OffHeap.getByte(address + at);
      int digit = c - '0';
      if (digit < 0 || digit > 9) {
        if (c == 0 || isSpace(c)) {
          break;
        }
        return false;
      }
      if (Long.compareUnsigned(sum, MAX_UNSIGNED_TENTH) > 0
          || sum == MAX_UNSIGNED_TENTH && digit > MAX_UNSIGNED_LAST) {
        return false;
      }
      sum = sum * 10 + digit;
      at++;
    }
    value = sum;
    return at > first;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  private static boolean contains(long address, int length, char wanted) {
    for (int i = 0; i < length; i++) {
      byte c = OffHeap.getByte(address + i);
      if (c == wanted) {
        return true;
      }
      if (c == 0) {
        return false;
      }
    }
    return false;
  }

  /**
   * Writes an unsigned number.
   *
   * @param address of at least 20 bytes
   * @return bytes written
   */
  int writeUnsigned(long number, long address) {
    int at = MOST_DIGITS;
    long rest = number;
    if (rest < 0) {
      long tenth = Long.divideUnsigned(rest, 10);
      digits[--at] = (byte) ('0' + (rest - tenth * 10));
      rest = tenth;
    }
    do {
      long tenth = rest / 10;
      digits[--at] = (byte) ('0' + (rest - tenth * 10));
      rest = tenth;
    } while (rest != 0);
    int length = MOST_DIGITS - at;
    for (int i = 0; i < length; i++) {
      OffHeap.putByte(address + i, digits[at + i]);
    }
    return length;
  }
}
