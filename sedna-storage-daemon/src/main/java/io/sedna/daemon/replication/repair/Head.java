// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.repair;

import io.sedna.common.time.HybridClock;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * As much of a record as it takes to say which of two replicas has something for the other: about
 * eight bytes on the wire.
 *
 * @param place of the record's hash in its partition, in units of 2^-32 of it: not many share one
 * @param single whether it holds one version; of several, nothing more is said
 * @param tombstone whether that is a tombstone
 * @param source of that
 * @param millis of its timestamp: of two in the same millisecond it is not said which is newer
 */
@InterfaceAudience.Private
public record Head(long place, boolean single, boolean tombstone, int source, long millis) {
  private static final int SINGLE = 1;
  private static final int TOMBSTONE = 2;
  private static final int OTHER_SOURCE = 4;

  /** The place of a hash. */
  public static long place(long hash, int partitionBits) {
    return hash << partitionBits >>> Integer.SIZE;
  }

  public static Head of(StoredRecord record, int partitionBits) {
    long place = place(record.hash(), partitionBits);
    List<StoredVersion> versions = record.versions();
    if (versions.size() != 1) {
      return new Head(place, false, false, 0, 0);
    }
    StoredVersion version = versions.get(0);
    return new Head(
        place, true, version.tombstone(), version.source(), millis(version.timestamp()));
  }

  private static long millis(long timestamp) {
    return timestamp >> HybridClock.COUNTER_BITS;
  }

  /**
   * Whether another replica, which has the other record of the same key, may lack something of
   * this: everything that a merge of the two would keep, as far as can be told.
   */
  boolean adds(Head other) {
    if (!single || !other.single || millis == other.millis) {
      return true;
    }
    boolean newer = millis > other.millis;
    // What is newer hides what is older if it is a tombstone, or another value of its source.
    boolean hidden = other.tombstone || (!tombstone && source == other.source);
    return newer || !hidden;
  }

  /**
   * Encodes heads.
   *
   * @param heads in order of their places
   */
  public static byte[] encode(List<Head> heads) {
    var writer = new PackedWriter();
    long place = 0;
    long millis = 0;
    int source = 0;
    for (Head head : heads) {
      boolean otherSource = head.single && head.source != source;
      writer
          .number(head.place - place)
          .put(
              (head.single ? SINGLE : 0)
                  | (head.tombstone ? TOMBSTONE : 0)
                  | (otherSource ? OTHER_SOURCE : 0));
      place = head.place;
      if (head.single) {
        writer.signed(head.millis - millis);
        millis = head.millis;
      }
      if (otherSource) {
        writer.signed(head.source);
        source = head.source;
      }
    }
    return writer.toBytes();
  }

  /**
   * Decodes heads.
   *
   * @throws io.sedna.common.error.SednaException PROTOCOL_ERROR
   */
  public static List<Head> decode(byte[] encoded) {
    var reader = new PackedReader(encoded);
    var heads = new ArrayList<Head>();
    long place = 0;
    long millis = 0;
    int source = 0;
    while (reader.hasMore()) {
      place += reader.number();
      int flags = reader.get();
      boolean single = (flags & SINGLE) != 0;
      millis += single ? reader.signed() : 0;
      source = (flags & OTHER_SOURCE) != 0 ? (int) reader.signed() : source;
      heads.add(
          new Head(
              place, single, (flags & TOMBSTONE) != 0, single ? source : 0, single ? millis : 0));
    }
    return heads;
  }
}
