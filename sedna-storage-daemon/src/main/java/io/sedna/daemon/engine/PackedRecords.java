// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Many records in one array, for filling replicas: no object for each, and less than half of the
 * bytes of overhead that structs of the peer interface take. One record after another, numbers
 * big-endian:
 *
 * <pre>
 *   record   u16 length of the key | u16 versions | key | versions
 *   version  u8 kind (bit 0: tombstone, bit 1: it ends, bit 2: it has flags)
 *            | i64 timestamp | i32 source | (i64 end) | (i32 flags) | i32 length | value
 * </pre>
 *
 * <p>One of these is known to be whole records, so who reads them need not look where they end.
 * {@link PackedBuffer} makes them. Immutable, as long as nobody changes the array.
 */
@InterfaceAudience.Private
public final class PackedRecords {
  static final int RECORD_HEAD_BYTES = 4;

  /** Of a version: kind, timestamp, source. */
  static final int VERSION_HEAD_BYTES = 13;

  /** Of a version without its value. */
  static final int MOST_VERSION_BYTES = 29;

  static final int TOMBSTONE = 1;
  static final int ENDS = 2;
  static final int FLAGS = 4;

  private final ByteBuffer packed;
  private final int records;
  private final long newestTimestamp;

  private PackedRecords(ByteBuffer packed, int records, long newestTimestamp) {
    this.packed = packed;
    this.records = records;
    this.newestTimestamp = newestTimestamp;
  }

  /**
   * What was packed.
   *
   * @param bytes on the heap; its position is left alone
   * @throws SednaException PROTOCOL_ERROR
   */
  public static PackedRecords of(ByteBuffer bytes) {
    ByteBuffer rest = bytes.duplicate();
    int records = 0;
    long newest = Long.MIN_VALUE;
    try {
      for (; rest.hasRemaining(); records++) {
        int keyLength = Short.toUnsignedInt(rest.getShort());
        int versions = Short.toUnsignedInt(rest.getShort());
        skip(rest, keyLength);
        for (int i = 0; i < versions; i++) {
          int kind = rest.get();
          newest = Math.max(newest, rest.getLong());
          skip(rest, Integer.BYTES + optionalBytes(kind));
          skip(rest, rest.getInt());
        }
      }
    } catch (BufferUnderflowException e) {
      throw endsEarly(e);
    }
    return new PackedRecords(bytes.slice(), records, newest);
  }

  private static void skip(ByteBuffer buffer, int bytes) {
    if (bytes < 0 || bytes > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    buffer.position(buffer.position() + bytes);
  }

  /** Bytes of what not every version has. */
  static int optionalBytes(int kind) {
    return ((kind & ENDS) != 0 ? Long.BYTES : 0) + ((kind & FLAGS) != 0 ? Integer.BYTES : 0);
  }

  private static SednaException endsEarly(BufferUnderflowException e) {
    return new SednaException(
        ErrorCode.PROTOCOL_ERROR, "packed records end in the middle of one", e);
  }

  /** How many. */
  public int records() {
    return records;
  }

  /** Of all versions; the least number there is if there are none. */
  public long newestTimestamp() {
    return newestTimestamp;
  }

  /** The bytes, from position to limit. */
  ByteBuffer bytes() {
    return packed.duplicate();
  }

  /** All of them, as objects. */
  public List<StoredRecord> unpack(KeyHash hash) {
    var all = new ArrayList<StoredRecord>(records);
    ByteBuffer rest = bytes();
    while (rest.hasRemaining()) {
      all.add(next(rest, hash));
    }
    return all;
  }

  /** The record at the buffer's position, which is moved behind it. */
  private static StoredRecord next(ByteBuffer rest, KeyHash hash) {
    byte[] key = new byte[Short.toUnsignedInt(rest.getShort())];
    var versions = new StoredVersion[Short.toUnsignedInt(rest.getShort())];
    rest.get(key);
    for (int i = 0; i < versions.length; i++) {
      versions[i] = version(rest);
    }
    return StoredRecord.of(key, hash.hash(key), Arrays.asList(versions));
  }

  /** As {@link #next}, of the record that begins at an index of {@link #bytes}. */
  static StoredRecord at(ByteBuffer bytes, int index, long hash) {
    ByteBuffer rest = bytes.duplicate().position(index);
    byte[] key = new byte[Short.toUnsignedInt(rest.getShort())];
    var versions = new StoredVersion[Short.toUnsignedInt(rest.getShort())];
    rest.get(key);
    for (int i = 0; i < versions.length; i++) {
      versions[i] = version(rest);
    }
    return StoredRecord.of(key, hash, Arrays.asList(versions));
  }

  private static StoredVersion version(ByteBuffer rest) {
    int kind = rest.get();
    long timestamp = rest.getLong();
    int source = rest.getInt();
    long end = (kind & ENDS) != 0 ? rest.getLong() : 0;
    int flags = (kind & FLAGS) != 0 ? rest.getInt() : 0;
    byte[] value = new byte[rest.getInt()];
    rest.get(value);
    return (kind & TOMBSTONE) != 0
        ? StoredVersion.tombstone(timestamp, source, end)
        : StoredVersion.value(timestamp, source, end, flags, value);
  }
}
