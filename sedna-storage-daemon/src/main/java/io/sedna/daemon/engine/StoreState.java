// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

/**
 * What one store holds, counted, and whether it is closed. Written under the store's lock, away
 * from what readers read.
 */
final class StoreState {
  /** Those with data. */
  long records;

  /** Of data. */
  long bytes;

  /** Bytes that the records take from the memory. */
  long taken;

  /** What the table was told that the store takes, its index included. */
  long reported;

  /** Bytes of records that died, since the beginning. */
  long buried;

  /** Of the bytes buried, those whose segments were freed. Written by the cleaner, without lock. */
  long reclaimed;

  volatile boolean closed;

  /** Null: nobody has asked for digests. */
  HashTree tree;

  /** Adds to what there is. */
  void add(long newRecords, long newBytes, long newTaken) {
    records += newRecords;
    bytes += newBytes;
    taken += newTaken;
  }

  /** Tells the tree, if there is one, that a record has changed. */
  void digestChanged(long hash, long difference) {
    if (tree != null && tree.covers(hash)) {
      tree.add(hash, difference);
    }
  }

  /** To be asked without the lock, too: the counts may then be of different moments. */
  StoreStatistics statistics(long indexBytes) {
    return new StoreStatistics(
        records, bytes, taken, closed ? 0 : Math.max(0, buried - reclaimed), indexBytes);
  }
}
