// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.index.IndexWalk;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.SegmentTable;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * The reads of one store, which take no lock: they copy, then ask the index whether what they
 * copied was the record, and begin again if not.
 */
final class RecordReads {
  /** Reads that writers got in the way of so many times take the lock. */
  private static final int MAX_ATTEMPTS = 64;

  /** Values up to so long are copied in the open. */
  private static final int SHORT_COPY_BYTES = 256;

  private final TableSlot table;
  private final SegmentTable segments;
  private final HashIndex index;
  private final StoreLock lock;

  RecordReads(TableSlot table, SegmentTable segments, HashIndex index, StoreLock lock) {
    this.table = table;
    this.segments = segments;
    this.index = index;
    this.lock = lock;
  }

  /** As {@link PartitionStore#readNewest}. */
  boolean readNewest(long keyAddress, int keyLength, long hash, long nowMs, ReadTarget target) {
    Scratch scratch = Scratch.get();
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      int found = tryRead(scratch, keyAddress, keyLength, hash, nowMs, target);
      if (found >= 0) {
        return counted(found == 1);
      }
      Thread.onSpinWait();
    }
    lock.lock();
    try {
      return counted(tryRead(scratch, keyAddress, keyLength, hash, nowMs, target) == 1);
    } finally {
      lock.unlock();
    }
  }

  private boolean counted(boolean found) {
    if (table.cache()) {
      table.memory().counters().read(found);
    }
    return found;
  }

  /** 1: found; 0: not; -1: a writer was in the way. */
  private int tryRead(
      Scratch scratch, long keyAddress, int keyLength, long hash, long nowMs, ReadTarget target) {
    Cursor cursor = scratch.cursor;
    long keyWord = RecordLayout.keyWord(table.slot(), keyLength);
    long record = index.locate(keyAddress, keyLength, keyWord, hash, cursor);
    if (record == 0 || record == HashIndex.RETRY) {
      return (int) record;
    }
    long word = RecordLayout.word(record);
    long expiresAtMs = RecordLayout.expiresAtMs(record, word);
    VersionHead head =
        scratch.head.set(
            RecordLayout.timestamp(record),
            RecordLayout.source(record, word),
            RecordLayout.clientFlags(record, word),
            expiresAtMs);
    if (!index.valid(cursor)) {
      return -1;
    }
    if (table.cache()) {
      index.touch(cursor, S3Fifo.MOST_FREQUENT);
    }
    if (RecordLayout.has(word, RecordLayout.MULTI)) {
      return tryReadNewestOfSeveral(cursor, record, nowMs, target, head);
    }
    if (RecordLayout.has(word, RecordLayout.TOMBSTONE)
        || (expiresAtMs != 0 && expiresAtMs <= nowMs)) {
      return 0;
    }
    // The lengths were right, so this does not leave the segment, whatever is in it by now.
    long to = target.reserve(RecordLayout.valueLength(word), head);
    int length = RecordLayout.valueLength(word);
    if (length <= SHORT_COPY_BYTES) {
      copyShort(record + RecordLayout.keyOffset(word) + keyLength, to, length);
      return index.valid(cursor) ? 1 : -1;
    }
    return RawRecord.copyValue(segments, record, word, null, to) && index.valid(cursor) ? 1 : -1;
  }

  /**
   * Copies a short value word by word. How long it is comes from memory too, so a processor that
   * guesses the loop's end fetches the value together with the record's head.
   */
  private static void copyShort(long from, long to, int length) {
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      OffHeap.UNSAFE.putLong(to + i, OffHeap.UNSAFE.getLong(from + i));
    }
    for (; i < length; i++) {
      OffHeap.UNSAFE.putByte(to + i, OffHeap.UNSAFE.getByte(from + i));
    }
  }

  private int tryReadNewestOfSeveral(
      Cursor cursor, long record, long nowMs, ReadTarget target, VersionHead head) {
    RawRecord raw = RawRecord.copy(segments, record);
    if (raw == null || !index.valid(cursor)) {
      return -1;
    }
    StoredVersion newest = raw.decode(0).newestLive(nowMs);
    if (newest == null) {
      return 0;
    }
    byte[] value = newest.value();
    OffHeap.copy(value, 0, target.reserve(value.length, head.set(newest)), value.length);
    return 1;
  }

  /** As {@link PartitionStore#bucketAddress}. */
  long bucketAddress(long hash) {
    return index.bucketAddress(hash);
  }

  /** As {@link PartitionStore#recordAddress}. */
  long recordAddress(long hash) {
    return index.recordAddress(hash);
  }

  /** As {@link PartitionStore#read}. */
  StoredRecord read(byte[] key, long hash) {
    Scratch scratch = Scratch.get();
    long keyAddress = scratch.key(key);
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      StoredRecord found = tryRead(scratch.cursor, keyAddress, key, hash);
      if (found != null) {
        boolean unused = counted(found.dataRecords() > 0);
        return found;
      }
      Thread.onSpinWait();
    }
    lock.lock();
    try {
      return tryRead(scratch.cursor, keyAddress, key, hash);
    } finally {
      lock.unlock();
    }
  }

  private StoredRecord tryRead(Cursor cursor, long keyAddress, byte[] key, long hash) {
    long keyWord = RecordLayout.keyWord(table.slot(), key.length);
    long record = index.locate(keyAddress, key.length, keyWord, hash, cursor);
    if (record == 0) {
      return StoredRecord.empty(key, hash);
    }
    if (record == HashIndex.RETRY || !index.valid(cursor)) {
      return null;
    }
    if (table.cache()) {
      index.touch(cursor, S3Fifo.MOST_FREQUENT);
    }
    RawRecord raw = RawRecord.copy(segments, record);
    return raw != null && index.valid(cursor) ? raw.decode(hash) : null;
  }

  /** All records of a hash, in order of their keys. */
  StoredRecord[] recordsOf(long hash) {
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      StoredRecord[] records = tryRecordsOf(hash);
      if (records != null) {
        return records;
      }
      Thread.onSpinWait();
    }
    lock.lock();
    try {
      return tryRecordsOf(hash);
    } finally {
      lock.unlock();
    }
  }

  private StoredRecord[] tryRecordsOf(long hash) {
    var raws = new ArrayList<RawRecord>(1);
    boolean undisturbed =
        index
            .walk()
            .candidates(
                hash,
                record -> {
                  if (table.hashOf(record) == hash) {
                    raws.add(RawRecord.copy(segments, record));
                  }
                });
    if (!undisturbed || raws.contains(null)) {
      return null;
    }
    StoredRecord[] records = new StoredRecord[raws.size()];
    for (int i = 0; i < records.length; i++) {
      records[i] = raws.get(i).decode(hash);
    }
    if (records.length > 1) {
      Arrays.sort(records, (a, b) -> StoredRecord.KEY_ORDER.compare(a.key(), b.key()));
    }
    return records;
  }

  /** As {@link IndexWalk#hashesOfPage}, which nothing keeps from an answer. */
  IndexWalk.PageHashes hashesOfPage(long from) {
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      IndexWalk.PageHashes page = index.walk().hashesOfPage(from);
      if (page != null) {
        return page;
      }
      Thread.onSpinWait();
    }
    lock.lock();
    try {
      return index.walk().hashesOfPage(from);
    } finally {
      lock.unlock();
    }
  }
}
