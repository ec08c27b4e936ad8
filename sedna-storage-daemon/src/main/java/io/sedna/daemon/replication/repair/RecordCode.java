// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.repair;

import io.sedna.common.hash.KeyHash;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Records in few bytes: about ten beside key and value. Each is its key and its versions, of which
 * the last is marked; hashes are computed again.
 */
@InterfaceAudience.Private
public final class RecordCode {
  private static final int TOMBSTONE = 1;
  private static final int EXPIRY = 2;
  private static final int FLAGS = 4;
  private static final int OTHER_SOURCE = 8;
  private static final int LAST = 16;

  private RecordCode() {}

  /** Encodes records; those that hold nothing are left out. */
  public static byte[] encode(List<StoredRecord> records) {
    var writer = new PackedWriter();
    long timestamp = 0;
    int source = 0;
    for (StoredRecord record : records) {
      int left = record.versions().size();
      if (left > 0) {
        writer.bytes(record.key());
      }
      for (StoredVersion version : record.versions()) {
        left--;
        write(writer, version, left == 0, source);
        writer.signed(version.timestamp() - timestamp);
        timestamp = version.timestamp();
        source = version.source();
        if (!version.tombstone()) {
          writer.bytes(version.value());
        }
      }
    }
    return writer.toBytes();
  }

  private static void write(PackedWriter writer, StoredVersion version, boolean last, int source) {
    writer.put(
        (version.tombstone() ? TOMBSTONE : 0)
            | (version.expiresAtMs() != 0 ? EXPIRY : 0)
            | (version.flags() != 0 ? FLAGS : 0)
            | (version.source() != source ? OTHER_SOURCE : 0)
            | (last ? LAST : 0));
    if (version.source() != source) {
      writer.signed(version.source());
    }
    if (version.expiresAtMs() != 0) {
      writer.signed(version.expiresAtMs());
    }
    if (version.flags() != 0) {
      writer.signed(version.flags());
    }
  }

  /**
   * Decodes records.
   *
   * @param hash of their table
   * @throws io.sedna.common.error.SednaException PROTOCOL_ERROR
   */
  public static List<StoredRecord> decode(byte[] encoded, KeyHash hash) {
    var reader = new PackedReader(encoded);
    var records = new ArrayList<StoredRecord>();
    long timestamp = 0;
    int source = 0;
    while (reader.hasMore()) {
      byte[] key = reader.bytes();
      var versions = new ArrayList<StoredVersion>(1);
      int marks;
      do {
        marks = reader.get();
        source = (marks & OTHER_SOURCE) != 0 ? (int) reader.signed() : source;
        long expiresAtMs = (marks & EXPIRY) != 0 ? reader.signed() : 0;
        int flags = (marks & FLAGS) != 0 ? (int) reader.signed() : 0;
        timestamp += reader.signed();
        versions.add(
            (marks & TOMBSTONE) != 0
                ? StoredVersion.tombstone(timestamp, source, expiresAtMs)
                : StoredVersion.value(timestamp, source, expiresAtMs, flags, reader.bytes()));
      } while ((marks & LAST) == 0);
      records.add(StoredRecord.of(key, hash.hash(key), versions));
    }
    return records;
  }

  /** About how many bytes a record takes. */
  public static int size(StoredRecord record) {
    int size = record.key().length + 2;
    for (StoredVersion version : record.versions()) {
      size += version.value().length + 10;
    }
    return size;
  }
}
