// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.hash.ContentHash;
import io.sedna.daemon.engine.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Digests of many records in one array, in order of their hashes, numbers big-endian:
 *
 * <pre>
 *   digest   i64 hash | i64 digest of all that is held under it
 * </pre>
 */
final class PackedDigests {
  private static final int DIGEST_BYTES = 2 * Long.BYTES;

  private PackedDigests() {}

  /** Hashes and digests of records in order of their hashes. */
  static ByteBuffer pack(List<StoredRecord> records) {
    ByteBuffer packed = ByteBuffer.allocate(DIGEST_BYTES * records.size());
    for (int i = 0; i < records.size(); ) {
      long hash = records.get(i).hash();
      long digest = 0;
      for (; i < records.size() && records.get(i).hash() == hash; i++) {
        digest = 31 * digest + digest(records.get(i));
      }
      packed.putLong(hash).putLong(digest);
    }
    return packed.flip();
  }

  /** Of everything that is held, so whatever has expired counts like the rest. */
  private static long digest(StoredRecord record) {
    return ContentHash.of(record.key()) ^ ReadDigest.of(record.versions(), 0);
  }

  /**
   * The hashes under which the other one holds something else than is held here.
   *
   * @param theirs packed digests
   * @param own packed digests of the same range
   */
  static List<Long> differing(ByteBuffer theirs, ByteBuffer own) {
    var differing = new ArrayList<Long>();
    while (theirs.remaining() >= DIGEST_BYTES) {
      long hash = theirs.getLong();
      long digest = theirs.getLong();
      while (own.hasRemaining() && Long.compareUnsigned(own.getLong(own.position()), hash) < 0) {
        own.position(own.position() + DIGEST_BYTES);
      }
      boolean same =
          own.hasRemaining()
              && own.getLong(own.position()) == hash
              && own.getLong(own.position() + Long.BYTES) == digest;
      if (!same) {
        differing.add(hash);
      }
    }
    return differing;
  }
}
