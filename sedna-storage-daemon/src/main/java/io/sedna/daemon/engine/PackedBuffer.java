// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;

import io.sedna.daemon.engine.log.RecordLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import sun.misc.Unsafe;

/** Packs records ({@link PackedRecords}) into an array that grows. One thread's. */
@InterfaceAudience.Private
public final class PackedBuffer {
  private static final boolean SWAPS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long BASE = Unsafe.ARRAY_BYTE_BASE_OFFSET;

  private byte[] bytes;
  private int size;

  /**
   * @param expectedBytes as many as will be packed, about
   */
  public PackedBuffer(int expectedBytes) {
    bytes = new byte[expectedBytes];
  }

  /** Records, packed. */
  public static ByteBuffer pack(List<StoredRecord> records) {
    long most = 0;
    for (StoredRecord record : records) {
      most += mostBytes(record);
    }
    var buffer = new PackedBuffer(Math.toIntExact(most));
    records.forEach(buffer::add);
    return buffer.packed();
  }

  /** What a record takes at the most. */
  public static long mostBytes(StoredRecord record) {
    long most = PackedRecords.RECORD_HEAD_BYTES + record.key().length;
    for (StoredVersion version : record.versions()) {
      most += PackedRecords.MOST_VERSION_BYTES + version.value().length;
    }
    return most;
  }

  /** Bytes that are packed. */
  public int size() {
    return size;
  }

  /** Takes back what was packed since it was of this size. */
  void goBack(int earlierSize) {
    size = earlierSize;
  }

  /** What was packed; nothing may be added after. */
  public ByteBuffer packed() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  /** Adds a record. */
  public void add(StoredRecord record) {
    room(mostBytes(record));
    List<StoredVersion> versions = record.versions();
    putShort(record.key().length);
    putShort(versions.size());
    putBytes(record.key());
    for (StoredVersion version : versions) {
      int kind = version.tombstone() ? PackedRecords.TOMBSTONE : 0;
      head(kind, version.timestamp(), version.source(), version.expiresAtMs(), version.flags());
      putInt(version.value().length);
      putBytes(version.value());
    }
  }

  /**
   * Adds a record of one version that lies in one segment as a whole. It may be garbage, of which
   * only the lengths are right.
   *
   * @param word {@link RecordLayout#word(long)} of it
   */
  void add(long record, long word) {
    int keyLength = RecordLayout.keyLength(word);
    int valueLength = RecordLayout.valueLength(word);
    room(
        (long) PackedRecords.RECORD_HEAD_BYTES
            + PackedRecords.MOST_VERSION_BYTES
            + keyLength
            + valueLength);
    long key = record + RecordLayout.keyOffset(word);
    putShort(keyLength);
    putShort(1);
    putBytes(key, keyLength);
    head(
        RecordLayout.has(word, RecordLayout.TOMBSTONE) ? PackedRecords.TOMBSTONE : 0,
        RecordLayout.timestamp(record),
        RecordLayout.source(record, word),
        RecordLayout.expiresAtMs(record, word),
        RecordLayout.clientFlags(record, word));
    putInt(valueLength);
    putBytes(key + keyLength, valueLength);
  }

  private void head(int tombstone, long timestamp, int source, long expiresAtMs, int flags) {
    int kind = tombstone;
    kind |= expiresAtMs != 0 ? PackedRecords.ENDS : 0;
    kind |= flags != 0 ? PackedRecords.FLAGS : 0;
    bytes[size++] = (byte) kind;
    putLong(timestamp);
    putInt(source);
    if (expiresAtMs != 0) {
      putLong(expiresAtMs);
    }
    if (flags != 0) {
      putInt(flags);
    }
  }

  /** All that is put without a look goes where room was made. */
  private void room(long more) {
    if (more > bytes.length - size) {
      long wanted = Math.max(size + more, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8));
      bytes = Arrays.copyOf(bytes, Math.toIntExact(wanted));
    }
  }

  private void putShort(int number) {
    short ordered = SWAPS ? Short.reverseBytes((short) number) : (short) number;
    UNSAFE.putShort(bytes, BASE + size, ordered);
    size += Short.BYTES;
  }

  private void putInt(int number) {
    UNSAFE.putInt(bytes, BASE + size, SWAPS ? Integer.reverseBytes(number) : number);
    size += Integer.BYTES;
  }

  private void putLong(long number) {
    UNSAFE.putLong(bytes, BASE + size, SWAPS ? Long.reverseBytes(number) : number);
    size += Long.BYTES;
  }

  private void putBytes(byte[] from) {
    System.arraycopy(from, 0, bytes, size, from.length);
    size += from.length;
  }

  private void putBytes(long from, int length) {
    UNSAFE.copyMemory(null, from, bytes, BASE + size, length);
    size += length;
  }
}
