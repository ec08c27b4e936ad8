// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.ContentHash;
import io.sedna.common.hash.KeyHash;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many records in one array, for filling replicas: a tenth of the objects and less than half of the
 * bytes of overhead that structs of the peer interface take. One record after another, numbers
 * big-endian:
 *
 * <pre>
 *   record   u16 length of the key | u16 versions | key | versions
 *   version  u8 kind (bit 0: tombstone, bit 1: it ends, bit 2: it has flags)
 *            | i64 timestamp | i32 source | (i64 end) | (i32 flags) | i32 length | value
 *   digest   i64 hash | i64 digest of all that is held under it
 * </pre>
 */
final class PackedRecords {
  static final int DIGEST_BYTES = 2 * Long.BYTES;

  private static final int RECORD_HEAD_BYTES = 4;
  private static final int MOST_VERSION_HEAD_BYTES = 29;
  private static final int TOMBSTONE = 1;
  private static final int ENDS = 2;
  private static final int FLAGS = 4;

  private PackedRecords() {}

  static ByteBuffer pack(List<StoredRecord> records) {
    long most = 0;
    for (StoredRecord record : records) {
      most += mostBytes(record);
    }
    ByteBuffer packed = ByteBuffer.allocate(Math.toIntExact(most));
    for (StoredRecord record : records) {
      List<StoredVersion> versions = record.versions();
      packed.putShort((short) record.key().length).putShort((short) versions.size());
      packed.put(record.key());
      for (StoredVersion version : versions) {
        pack(version, packed);
      }
    }
    return packed.flip();
  }

  /** What a record takes at the most. */
  static long mostBytes(StoredRecord record) {
    long bytes = RECORD_HEAD_BYTES + record.key().length;
    for (StoredVersion version : record.versions()) {
      bytes += MOST_VERSION_HEAD_BYTES + version.value().length;
    }
    return bytes;
  }

  private static void pack(StoredVersion version, ByteBuffer packed) {
    int kind = version.tombstone() ? TOMBSTONE : 0;
    kind |= version.expiresAtMs() != 0 ? ENDS : 0;
    kind |= version.flags() != 0 ? FLAGS : 0;
    packed.put((byte) kind).putLong(version.timestamp()).putInt(version.source());
    if ((kind & ENDS) != 0) {
      packed.putLong(version.expiresAtMs());
    }
    if ((kind & FLAGS) != 0) {
      packed.putInt(version.flags());
    }
    packed.putInt(version.value().length).put(version.value());
  }

  /**
   * @throws SednaException PROTOCOL_ERROR
   */
  static List<StoredRecord> unpack(ByteBuffer packed, KeyHash hash) {
    var records = new ArrayList<StoredRecord>();
    try {
      while (packed.hasRemaining()) {
        int keyLength = Short.toUnsignedInt(packed.getShort());
        int count = Short.toUnsignedInt(packed.getShort());
        byte[] key = bytes(packed, keyLength);
        var versions = new StoredVersion[count];
        for (int i = 0; i < count; i++) {
          versions[i] = unpackVersion(packed);
        }
        records.add(StoredRecord.of(key, hash.hash(key), Arrays.asList(versions)));
      }
    } catch (BufferUnderflowException e) {
      throw new SednaException(
          ErrorCode.PROTOCOL_ERROR, "packed records end in the middle of one", e);
    }
    return records;
  }

  private static StoredVersion unpackVersion(ByteBuffer packed) {
    int kind = packed.get();
    long timestamp = packed.getLong();
    int source = packed.getInt();
    long end = (kind & ENDS) != 0 ? packed.getLong() : 0;
    int flags = (kind & FLAGS) != 0 ? packed.getInt() : 0;
    byte[] value = bytes(packed, packed.getInt());
    return (kind & TOMBSTONE) != 0
        ? StoredVersion.tombstone(timestamp, source, end)
        : StoredVersion.value(timestamp, source, end, flags, value);
  }

  private static byte[] bytes(ByteBuffer packed, int length) {
    if (length < 0 || length > packed.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    packed.get(bytes);
    return bytes;
  }

  /** Hashes and digests of records in order of their hashes. */
  static ByteBuffer packDigests(List<StoredRecord> records) {
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
