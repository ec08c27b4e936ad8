// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;

/**
 * A command line in memory outside the heap, cut at its spaces. As memcached does, it ends at a
 * zero byte and has at most 23 words; what follows is left out, but {@link #more} tells that there
 * is something. Used again for each line; not thread-safe.
 */
final class Line {
  private static final int MOST_WORDS = 23;

  private final int[] starts = new int[MOST_WORDS];
  private final int[] lengths = new int[MOST_WORDS];
  private long address;
  private int words;
  private boolean more;

  /**
   * @param length without the end of line
   */
  void split(long newAddress, int length) {
    address = newAddress;
    words = 0;
    more = false;
    int at = 0;
    while (at < length) {
      byte c = OffHeap.getByte(address + at);
      if (c == ' ') {
        at++;
        continue;
      }
      if (c == 0) {
        return;
      }
      if (words == MOST_WORDS) {
        more = true;
        return;
      }
      int start = at;
      while (at < length && (c = OffHeap.getByte(address + at)) != ' ' && c != 0) {
        at++;
      }
      starts[words] = start;
      lengths[words] = at - start;
      words++;
    }
  }

  int words() {
    return words;
  }

  /** Whether there are more words than are counted. */
  boolean more() {
    return more;
  }

  long address(int word) {
    return address + starts[word];
  }

  int length(int word) {
    return lengths[word];
  }

  /** The first word as a number of which each byte is a letter; 0: it is too long for that. */
  long name() {
    if (lengths[0] > Long.BYTES) {
      return 0;
    }
    long name = 0;
    for (int i = 0; i < lengths[0]; i++) {
      name = name << Byte.SIZE | OffHeap.getByte(address(0) + i) & 0xff;
    }
    return name;
  }

  /** First byte of a word. */
  byte first(int word) {
    return OffHeap.getByte(address + starts[word]);
  }

  boolean is(int word, byte[] text) {
    if (lengths[word] != text.length) {
      return false;
    }
    long start = address(word);
    for (int i = 0; i < text.length; i++) {
      if (OffHeap.getByte(start + i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether the last word is "noreply". */
  boolean endsWithNoreply() {
    return words > 0 && is(words - 1, Text.NOREPLY);
  }
}
