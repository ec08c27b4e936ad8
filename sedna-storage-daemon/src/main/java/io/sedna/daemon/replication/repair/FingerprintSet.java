// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.repair;

import io.sedna.daemon.engine.StoredRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What one replica holds in some ranges, as short fingerprints in no connection with the keys: a
 * set that another replica can look its own records up in (a Golomb-coded set; Putze, Sanders,
 * Singler, 2007). With b bits a record takes b + 1.6 bits on the wire, and a record that differs
 * goes unnoticed with a probability of 2^-b. Whoever compares does so again with more bits and
 * another salt where digests say that there is something left.
 *
 * @param sorted ascending
 * @param bits b
 * @param salt what makes the fingerprints of two comparisons independent
 */
@InterfaceAudience.Private
public record FingerprintSet(long[] sorted, int bits, long salt) {
  private static final long MIX_1 = 0xBF58476D1CE4E5B9L;
  private static final long MIX_2 = 0x94D049BB133111EBL;

  /**
   * A set of so many records is a selection of so many numbers of count * 2^bits.
   *
   * @param digest of a record
   */
  private static long fingerprint(long digest, long salt, int count, int bits) {
    long h = (digest ^ salt) * MIX_1;
    h = (h ^ h >>> 32) * MIX_2;
    h ^= h >>> 29;
    return Math.multiplyHigh(h >>> 1, (long) Math.max(1, count) << (bits + 1));
  }

  /** Those of the records. */
  public static FingerprintSet of(List<StoredRecord> records, int bits, long salt) {
    long[] sorted = new long[records.size()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = fingerprint(records.get(i).digest(), salt, sorted.length, bits);
    }
    Arrays.sort(sorted);
    return new FingerprintSet(sorted, bits, salt);
  }

  public byte[] encode() {
    return RiceCode.encode(sorted, sorted.length, bits);
  }

  /**
   * Decodes what another replica sent.
   *
   * @throws io.sedna.common.error.SednaException PROTOCOL_ERROR
   */
  public static FingerprintSet decode(byte[] encoded, int count, int bits, long salt) {
    return new FingerprintSet(RiceCode.decode(encoded, count, bits), bits, salt);
  }

  /** Where a record's fingerprint is, or a negative number. */
  private int find(StoredRecord record) {
    return Arrays.binarySearch(sorted, fingerprint(record.digest(), salt, sorted.length, bits));
  }

  /**
   * Looks up the records of a replica.
   *
   * @param missing is given the records that are not in the set
   * @return places of the fingerprints that none of the records has, ascending
   */
  public long[] compare(List<StoredRecord> records, List<StoredRecord> missing) {
    var found = new boolean[sorted.length];
    for (StoredRecord record : records) {
      int place = find(record);
      if (place < 0) {
        missing.add(record);
      } else {
        found[place] = true;
      }
    }
    // Of equal fingerprints the search may have met any.
    var unmatched = new ArrayList<Long>();
    for (int i = 0; i < sorted.length; ) {
      int next = i;
      boolean any = false;
      for (; next < sorted.length && sorted[next] == sorted[i]; next++) {
        any |= found[next];
      }
      for (; i < next; i++) {
        if (!any) {
          unmatched.add((long) i);
        }
      }
    }
    return unmatched.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * The records of this set, made of them, whose fingerprints are at the places.
   *
   * @param places ascending, as {@link #compare} answers
   */
  public List<StoredRecord> at(long[] places, List<StoredRecord> records) {
    var chosen = new boolean[sorted.length];
    for (long place : places) {
      if (place >= 0 && place < chosen.length) {
        chosen[(int) place] = true;
      }
    }
    var found = new ArrayList<StoredRecord>();
    for (StoredRecord record : records) {
      int place = find(record);
      if (place >= 0 && chosen[place]) {
        found.add(record);
      }
    }
    return found;
  }
}
