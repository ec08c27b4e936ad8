// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;

/** Finds ends of lines in memory, eight bytes at a time. */
final class Scan {
  private static final long NEWLINES = 0x0a0a_0a0a_0a0a_0a0aL;
  private static final long LOW_BITS = 0x7f7f_7f7f_7f7f_7f7fL;

  private Scan() {}

  /**
   * @return offset of the first newline at or after from; -1: there is none before to
   */
  static int newline(long address, int from, int to) {
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      long word = OffHeap.getLong(address + at) ^ NEWLINES;
      long zeros = ~((word & LOW_BITS) + LOW_BITS | word | LOW_BITS);
      if (zeros != 0) {
        return at + (Long.numberOfLeadingZeros(zeros) >>> 3);
      }
    }
    for (; at < to; at++) {
      if (OffHeap.getByte(address + at) == '\n') {
        return at;
      }
    }
    return -1;
  }
}
