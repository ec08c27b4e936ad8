// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

/**
 * Remembers when items were fetched last, for the few who ask (mg's h and l, me). Records have no
 * field for it and a write on every fetch would cost too much, so it is a table of fixed size, one
 * word a slot, in which items with the same slot displace each other:
 *
 * <pre>
 *   63                    32 31                     0
 *  +------------------------+------------------------+
 *  |  tag of the version    |  seconds since 1970    |
 *  +------------------------+------------------------+
 * </pre>
 *
 * The slot is chosen by the key's hash, the tag is the lower half of the version's timestamp: an
 * item that was stored anew has not been fetched. An item that was displaced counts as not fetched
 * since it was stored. Thread-safe: words are written whole, and a lost one is such a displacement.
 */
final class AccessTrace {
  private static final int SLOTS = 1 << 17;
  private static final int SLOT_SHIFT = 16;
  private static final int TAG_SHIFT = 32;

  private final long[] slots = new long[SLOTS];

  void fetched(long keyHash, long timestamp, long nowSeconds) {
    slots[slot(keyHash)] = timestamp << TAG_SHIFT | nowSeconds;
  }

  /** Seconds since 1970 of the last fetch of a version; 0: none is known. */
  long lastFetch(long keyHash, long timestamp) {
    long word = slots[slot(keyHash)];
    return word >>> TAG_SHIFT == (timestamp & 0xffff_ffffL) ? word & 0xffff_ffffL : 0;
  }

  private static int slot(long keyHash) {
    return (int) (keyHash >>> SLOT_SHIFT) & (SLOTS - 1);
  }
}
