// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

/**
 * Zipfian, with the frequent keys scattered over all. As in YCSB: ranks are drawn from ten billion,
 * whatever the number of keys, and hashed by 64-bit FNV-1a onto the keys.
 */
final class ScrambledZipfian implements KeyChooser {
  static final long RANKS = 10_000_000_000L;

  /** Of that many ranks; adding it up takes minutes. */
  static final double ZETA = 26.46902820178302;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 1_099_511_628_211L;

  private final long keys;
  private final Zipfian ranks;

  ScrambledZipfian(long keys, FastRandom random) {
    this.keys = keys;
    ranks = new Zipfian(RANKS, ZETA, random);
  }

  @Override
  public long next() {
    return keyOf(ranks.next(), keys);
  }

  static long keyOf(long rank, long keys) {
    long hash = FNV_OFFSET;
    long rest = rank;
    for (int i = 0; i < Long.BYTES; i++) {
      hash = (hash ^ (rest & 0xff)) * FNV_PRIME;
      rest >>= Byte.SIZE;
    }
    return Math.abs(hash % keys);
  }
}
