// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.log.ChainCopy;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.SegmentTable;
import java.util.List;
import sun.misc.Unsafe;

/**
 * A copy of a record's bytes, which may have been garbage: it is made sense of only after the index
 * has said that it was a record.
 */
record RawRecord(
    long word, long timestamp, int source, int flags, long expiresAtMs, byte[] key, byte[] value) {

  /** Null: that is no record. */
  static RawRecord copy(SegmentTable segments, long record) {
    long word = RecordLayout.word(record);
    int keyOffset = RecordLayout.keyOffset(word);
    int keyLength = RecordLayout.keyLength(word);
    boolean chained = RecordLayout.has(word, RecordLayout.CHAINED);
    long bytes = keyOffset + keyLength + (chained ? 0L : RecordLayout.valueLength(word));
    if (!segments.fits(record, bytes)) {
      return null;
    }
    byte[] value = new byte[RecordLayout.valueLength(word)];
    if (!copyValue(segments, record, word, value, Unsafe.ARRAY_BYTE_BASE_OFFSET)) {
      return null;
    }
    return new RawRecord(
        word,
        RecordLayout.timestamp(record),
        RecordLayout.source(record, word),
        RecordLayout.clientFlags(record, word),
        RecordLayout.expiresAtMs(record, word),
        OffHeap.bytes(record + keyOffset, keyLength),
        value);
  }

  /**
   * Copies a value out.
   *
   * @param base an array, or null where {@code at} is an address
   * @return false: that was no record
   */
  static boolean copyValue(SegmentTable segments, long record, long word, Object base, long at) {
    int offset = RecordLayout.keyOffset(word) + RecordLayout.keyLength(word);
    int length = RecordLayout.valueLength(word);
    if (RecordLayout.has(word, RecordLayout.CHAINED)) {
      int first = segments.segmentOf(segments.reference(record));
      return new ChainCopy(segments, first, offset).out(base, at, length);
    }
    OffHeap.UNSAFE.copyMemory(null, record + offset, base, at, length);
    return true;
  }

  StoredRecord decode(long hash) {
    if (RecordLayout.has(word, RecordLayout.MULTI)) {
      return StoredRecord.of(key, hash, MultiVersionCodec.decode(value));
    }
    return StoredRecord.of(
        key,
        hash,
        List.of(
            RecordLayout.has(word, RecordLayout.TOMBSTONE)
                ? StoredVersion.tombstone(timestamp, source, expiresAtMs)
                : StoredVersion.value(timestamp, source, expiresAtMs, flags, value)));
  }
}
