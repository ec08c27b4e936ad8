// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

/**
 * What memcached's meta commands keep of an item beside what every record has. It is kept in the
 * source of the item's version, which this protocol has no other use for (its clients all write as
 * source 0; other clients that read the table see these bits there):
 *
 * <pre>
 *    31      30     29                         0
 *  +-------+------+------------+---------------+
 *  | stale | won  | binary key |       0       |
 *  +-------+------+------------+---------------+
 * </pre>
 *
 * <ul>
 *   <li>stale: the item was invalidated (md I, or ms with I and an old cas unique)
 *   <li>won: a client was told to make the item anew, others are not told
 *   <li>binary key: the key was given in base64 when the item was stored, and is shown so
 * </ul>
 *
 * The client's flags have the version's flags, the cas unique is the version's timestamp.
 */
final class ItemMarks {
  static final int STALE = 1 << 31;
  static final int WON = 1 << 30;
  static final int BINARY_KEY = 1 << 29;

  private ItemMarks() {}

  static boolean stale(int source) {
    return (source & STALE) != 0;
  }

  static boolean won(int source) {
    return (source & WON) != 0;
  }

  static boolean binaryKey(int source) {
    return (source & BINARY_KEY) != 0;
  }
}
