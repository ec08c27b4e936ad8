// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How a record lies in a segment. All numbers are in the machine's byte order; records begin at
 * multiples of 8 bytes.
 *
 * <pre>
 *   0   timestamp of the version (of the newest, where there are several)           8 bytes
 *   8   word: value length 24 bits | flags 8 | key length 16 | table slot 16        8 bytes
 *  16   expiry, milliseconds since 1970                    only with flag EXPIRY    8 bytes
 *   .   source                                             only with flag SOURCE    4 bytes
 *   .   the writer's flags                                 only with flag CLIENT    4 bytes
 *   .   key
 *   .   value
 *   .   padding to a multiple of 8
 * </pre>
 *
 * <p>A record never changes once it is in the index, but for its flag DEAD.
 */
@InterfaceAudience.Private
public final class RecordLayout {
  /** Bytes before what is optional. */
  public static final int HEADER_BYTES = 16;

  /** Most bytes before the key. */
  public static final int MOST_HEADER_BYTES = 32;

  public static final int MAX_KEY_BYTES = 0xFFFF;
  public static final int MAX_VALUE_BYTES = 0xFF_FFFF;

  /** Flags, as they stand in the word. */
  public static final long EXPIRY = 1L << 24;

  public static final long SOURCE = 1L << 25;
  public static final long CLIENT = 1L << 26;

  /** A deletion; it has no value. */
  public static final long TOMBSTONE = 1L << 27;

  /** The value is an encoded list of versions. */
  public static final long MULTI = 1L << 28;

  /** It fills a chain of segments of its own. */
  public static final long CHAINED = 1L << 29;

  /** Nothing leads to it any more: its bytes are free for the cleaner. */
  public static final long DEAD = 1L << 31;

  private static final int WORD_OFFSET = 8;
  private static final long OPTIONAL = EXPIRY | SOURCE | CLIENT;
  private static final int OPTIONAL_SHIFT = 24;
  private static final int KEY_SHIFT = 32;
  private static final int SLOT_SHIFT = 48;

  /** Sizes of what is optional by the three flags, four bits each. */
  private static final int[] OPTIONAL_BYTES = {0, 8, 4, 12, 4, 12, 8, 16};

  private static final int ALIGNMENT = 8;

  private RecordLayout() {}

  public static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Flags for what is optional. */
  public static long optional(int source, int clientFlags, long expiresAtMs) {
    return (expiresAtMs == 0 ? 0 : EXPIRY)
        | (source == 0 ? 0 : SOURCE)
        | (clientFlags == 0 ? 0 : CLIENT);
  }

  public static long word(int slot, int keyLength, long flags, int valueLength) {
    return (long) slot << SLOT_SHIFT | (long) keyLength << KEY_SHIFT | flags | valueLength;
  }

  /** What the words of all records of a key have in common, to compare with {@link #keyOf}. */
  public static long keyWord(int slot, int keyLength) {
    return (long) slot << SLOT_SHIFT | (long) keyLength << KEY_SHIFT;
  }

  public static long keyOf(long word) {
    return word >>> KEY_SHIFT << KEY_SHIFT;
  }

  public static int slot(long word) {
    return (int) (word >>> SLOT_SHIFT);
  }

  public static int keyLength(long word) {
    return (int) (word >>> KEY_SHIFT) & MAX_KEY_BYTES;
  }

  public static int valueLength(long word) {
    return (int) word & MAX_VALUE_BYTES;
  }

  public static boolean has(long word, long flags) {
    return (word & flags) != 0;
  }

  /** Bytes from the beginning of the record to its key. */
  public static int keyOffset(long word) {
    return HEADER_BYTES + OPTIONAL_BYTES[(int) (word >>> OPTIONAL_SHIFT) & 7];
  }

  /** Bytes of the whole record, padding included. */
  public static int size(long word) {
    return (int) align(keyOffset(word) + keyLength(word) + (long) valueLength(word));
  }

  public static long word(long record) {
    return UNSAFE.getLong(record + WORD_OFFSET);
  }

  public static long timestamp(long record) {
    return UNSAFE.getLong(record);
  }

  public static long expiresAtMs(long record, long word) {
    return has(word, EXPIRY) ? UNSAFE.getLong(record + HEADER_BYTES) : 0;
  }

  public static int source(long record, long word) {
    return has(word, SOURCE)
        ? UNSAFE.getInt(record + HEADER_BYTES + (has(word, EXPIRY) ? Long.BYTES : 0))
        : 0;
  }

  public static int clientFlags(long record, long word) {
    return has(word, CLIENT) ? UNSAFE.getInt(record + keyOffset(word) - Integer.BYTES) : 0;
  }

  /** Writes what comes before the key. */
  public static void writeHead(
      long record, long word, long timestamp, int source, int clientFlags, long expiresAtMs) {
    UNSAFE.putLong(record, timestamp);
    UNSAFE.putLong(record + WORD_OFFSET, word);
    long at = record + HEADER_BYTES;
    if ((word & OPTIONAL) == 0) {
      return;
    }
    if (has(word, EXPIRY)) {
      UNSAFE.putLong(at, expiresAtMs);
      at += Long.BYTES;
    }
    if (has(word, SOURCE)) {
      UNSAFE.putInt(at, source);
      at += Integer.BYTES;
    }
    if (has(word, CLIENT)) {
      UNSAFE.putInt(at, clientFlags);
    }
  }

  /** To be called by whoever has taken the record out of the index, under its store's lock. */
  public static void markDead(long record) {
    UNSAFE.putOrderedLong(null, record + WORD_OFFSET, word(record) | DEAD);
  }
}
