// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.cache;

/**
 * Remembers which records were evicted last, as fingerprints: two bytes a record and a few more.
 *
 * <p>Buckets of eight entries; an entry that finds its bucket full takes the place of the oldest:
 *
 * <pre>
 *   15       12 11                         0
 *   | epoch    | fingerprint               |      0: empty; epochs go from 1 to 15 and round
 * </pre>
 *
 * <p>An epoch is an eighth of the window, and what is more than a window old is forgotten. A record
 * that was never here is taken for one that was in about 8 of 4096 cases, which costs little.
 *
 * <p>One thread adds; any thread asks at the same time, and may miss what just changes.
 */
final class Ghosts {
  private static final int WAYS = 8;
  private static final int FINGERPRINT_BITS = 12;
  private static final int FINGERPRINT_MASK = (1 << FINGERPRINT_BITS) - 1;
  private static final int EPOCHS = 15;
  private static final int EPOCHS_KEPT = 8;
  private static final int LEAST_BUCKETS = 16;

  /** 2^27 entries: 256 MiB. */
  private static final int MOST_BUCKETS = 1 << 24;

  private volatile short[] entries = new short[LEAST_BUCKETS * WAYS];
  private volatile int epoch = 1;
  private long window = 1;
  private long addedInEpoch;

  /** Makes room for so many; a few steps of growth cost little, so this may be called often. */
  void setWindow(long records) {
    window = Math.max(1, records);
    int buckets = entries.length / WAYS;
    // Three quarters full at most: buckets fill unevenly.
    while (buckets < MOST_BUCKETS && window * 4 / 3 > (long) buckets * WAYS) {
      grow();
      buckets *= 2;
    }
    while (buckets > LEAST_BUCKETS && window * 4 < (long) buckets * WAYS) {
      shrink();
      buckets /= 2;
    }
  }

  /**
   * What one bucket held may belong to either of two now: it goes to both, and ages in the wrong.
   */
  private void grow() {
    short[] before = entries;
    var grown = new short[before.length * 2];
    System.arraycopy(before, 0, grown, 0, before.length);
    System.arraycopy(before, 0, grown, before.length, before.length);
    entries = grown;
  }

  private void shrink() {
    short[] before = entries;
    var shrunk = new short[before.length / 2];
    System.arraycopy(before, 0, shrunk, 0, shrunk.length);
    for (int i = shrunk.length; i < before.length; i++) {
      int bucket = (i - shrunk.length) / WAYS * WAYS;
      if (before[i] != 0) {
        shrunk[place(shrunk, bucket, before[i] & FINGERPRINT_MASK)] = before[i];
      }
    }
    entries = shrunk;
  }

  void add(long hash) {
    if (++addedInEpoch * EPOCHS_KEPT > window) {
      addedInEpoch = 0;
      advance();
    }
    short[] table = entries;
    long mixed = mix(hash);
    int fingerprint = fingerprint(mixed);
    int at = place(table, bucket(table, mixed), fingerprint);
    table[at] = (short) (epoch << FINGERPRINT_BITS | fingerprint);
  }

  boolean remembers(long hash) {
    short[] table = entries;
    long mixed = mix(hash);
    int fingerprint = fingerprint(mixed);
    int bucket = bucket(table, mixed);
    for (int i = bucket; i < bucket + WAYS; i++) {
      int entry = table[i] & 0xFFFF;
      if (entry != 0 && (entry & FINGERPRINT_MASK) == fingerprint) {
        return true;
      }
    }
    return false;
  }

  /** Memory taken, in bytes. */
  long bytes() {
    return (long) entries.length * Short.BYTES;
  }

  /** Begins an epoch and drops what is older than the window. */
  private void advance() {
    int now = epoch % EPOCHS + 1;
    short[] table = entries;
    for (int i = 0; i < table.length; i++) {
      if (table[i] != 0 && age(table[i], now) >= EPOCHS_KEPT) {
        table[i] = 0;
      }
    }
    epoch = now;
  }

  /** Where a fingerprint is or goes in its bucket. */
  private int place(short[] table, int bucket, int fingerprint) {
    int best = bucket;
    int bestAge = -1;
    for (int i = bucket; i < bucket + WAYS; i++) {
      int entry = table[i] & 0xFFFF;
      if (entry != 0 && (entry & FINGERPRINT_MASK) == fingerprint) {
        return i;
      }
      int age = entry == 0 ? EPOCHS : age(table[i], epoch);
      if (age > bestAge) {
        best = i;
        bestAge = age;
      }
    }
    return best;
  }

  private static int age(short entry, int now) {
    return (now - ((entry & 0xFFFF) >>> FINGERPRINT_BITS) + EPOCHS) % EPOCHS;
  }

  private static int bucket(short[] table, long mixed) {
    return ((int) (mixed >>> FINGERPRINT_BITS) & (table.length / WAYS - 1)) * WAYS;
  }

  private static int fingerprint(long mixed) {
    return (int) mixed & FINGERPRINT_MASK;
  }

  /** The hashes of a partition's records agree in their first bits; these do not. */
  private static long mix(long hash) {
    long mixed = (hash ^ hash >>> 32) * 0x9E3779B97F4A7C15L;
    return mixed ^ mixed >>> 32;
  }
}
