// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;
import static io.sedna.daemon.engine.WriteAttempt.DONE;
import static io.sedna.daemon.engine.WriteAttempt.SEVERAL;

import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.log.RecordDraft;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.SpaceFor;
import java.nio.ByteBuffer;
import sun.misc.Unsafe;

/**
 * Merges packed records into one store, for who fills it. One version where there was nothing, or
 * one value of the same source, goes from the array to its segment without any object, several
 * under one holding of the lock. Whatever else there is, or where there is no room at once, goes
 * the way of single merges ({@link RecordWrites}).
 */
final class RecordMerges {
  /** Records that are stored before others may have the lock. */
  private static final int AT_ONCE = 8;

  private static final long BASE = Unsafe.ARRAY_BYTE_BASE_OFFSET;

  private final OffHeapMemory memory;
  private final TableSlot table;
  private final HashIndex index;
  private final StoreLock lock;
  private final StoreState state;
  private final RecordPlacement placement;
  private final RecordWrites writes;

  RecordMerges(
      OffHeapMemory memory,
      TableSlot table,
      HashIndex index,
      StoreLock lock,
      StoreState state,
      RecordPlacement placement,
      RecordWrites writes) {
    this.memory = memory;
    this.table = table;
    this.index = index;
    this.lock = lock;
    this.state = state;
    this.placement = placement;
    this.writes = writes;
  }

  /** Where a record is in what is read, and what it says. One thread's. */
  private static final class Reader {
    private final byte[] array;
    private final int begin;
    private final int end;
    private int at;
    private int next;
    private long hash;
    private boolean tombstone;

    Reader(ByteBuffer bytes) {
      array = bytes.array();
      begin = bytes.arrayOffset() + bytes.position();
      end = bytes.arrayOffset() + bytes.limit();
      next = begin;
    }

    boolean hasNext() {
      return next < end;
    }

    private int getShort(int offset) {
      return (array[offset] & 0xFF) << Byte.SIZE | array[offset + 1] & 0xFF;
    }

    private int getInt(int offset) {
      return Integer.reverseBytes(UNSAFE.getInt(array, BASE + offset));
    }

    private long getLong(int offset) {
      return Long.reverseBytes(UNSAFE.getLong(array, BASE + offset));
    }

    /**
     * Goes on to the next record and drafts it.
     *
     * @return false: it is no single version, and was not drafted
     */
    boolean read(Scratch scratch, TableSlot table) {
      at = next;
      int keyLength = getShort(at);
      int versions = getShort(at + Short.BYTES);
      int key = at + PackedRecords.RECORD_HEAD_BYTES;
      long keyAddress = scratch.key(array, key, keyLength);
      hash = table.hashOf(keyAddress, keyLength);
      int head = key + keyLength;
      if (versions != 1) {
        skip(head, versions);
        return false;
      }
      int kind = array[head];
      int more = head + PackedRecords.VERSION_HEAD_BYTES;
      long end = 0;
      int flags = 0;
      if ((kind & PackedRecords.ENDS) != 0) {
        end = getLong(more);
        more += Long.BYTES;
      }
      if ((kind & PackedRecords.FLAGS) != 0) {
        flags = getInt(more);
        more += Integer.BYTES;
      }
      int valueLength = getInt(more);
      int value = more + Integer.BYTES;
      next = value + valueLength;
      tombstone = (kind & PackedRecords.TOMBSTONE) != 0;
      if (tombstone && (valueLength > 0 || flags != 0)) {
        return false;
      }
      scratch
          .draft
          .key(keyAddress, keyLength)
          .value(array, BASE + value, valueLength)
          .head(getLong(head + 1), getInt(head + 1 + Long.BYTES), flags, end)
          .finish(table.slot(), tombstone ? RecordLayout.TOMBSTONE : 0);
      return true;
    }

    private void skip(int head, int versions) {
      next = head;
      for (int i = 0; i < versions; i++) {
        int length = next + PackedRecords.VERSION_HEAD_BYTES;
        length += PackedRecords.optionalBytes(array[next]);
        next = length + Integer.BYTES + getInt(length);
      }
    }

    /** The record that was read last. */
    StoredRecord record(ByteBuffer bytes) {
      return PackedRecords.at(bytes, at - begin + bytes.position(), hash);
    }
  }

  /** As {@link PartitionStore#merge(PackedRecords, io.sedna.common.hash.KeyHash)}. */
  WriteOutcome merge(PackedRecords packed) {
    ByteBuffer bytes = packed.bytes();
    var reader = new Reader(bytes);
    Scratch scratch = Scratch.get();
    while (reader.hasNext()) {
      if (!mergeSome(scratch, reader)) {
        WriteOutcome outcome = writes.merge(reader.record(bytes));
        if (outcome == WriteOutcome.OUT_OF_MEMORY) {
          return outcome;
        }
      }
      memory.helpCleaning();
    }
    return WriteOutcome.OK;
  }

  /** False: the record that was read last is to go another way. */
  private boolean mergeSome(Scratch scratch, Reader reader) {
    lock.lock();
    try {
      for (int i = 0; i < AT_ONCE && reader.hasNext(); i++) {
        if (!reader.read(scratch, table) || tryMerge(scratch, reader) != DONE) {
          return false;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private int tryMerge(Scratch scratch, Reader reader) {
    if (state.closed) {
      return DONE;
    }
    RecordDraft draft = scratch.draft;
    int keyLength = draft.keyLength();
    long keyWord = RecordLayout.keyWord(table.slot(), keyLength);
    long old = index.locate(draft.keyAddress(), keyLength, keyWord, reader.hash, scratch.cursor);
    long bytes = reader.tombstone ? 0 : keyLength + (long) draft.valueLength();
    SpaceFor purpose = draft.valueLength() > 0 ? SpaceFor.DATA : SpaceFor.REMOVAL;
    long dueMs = draft.expiresAtMs() == 0 ? 0 : Math.max(1, draft.expiresAtMs());
    if (old == 0) {
      int records = reader.tombstone ? 0 : 1;
      return placement.store(scratch, reader.hash, 0, purpose, dueMs, records, bytes);
    }
    long word = RecordLayout.word(old);
    if (reader.tombstone
        || RecordLayout.has(
            word, RecordLayout.MULTI | RecordLayout.TOMBSTONE | RecordLayout.CHAINED)
        || RecordLayout.source(old, word) != draft.source()
        || RecordLayout.timestamp(old) == draft.timestamp()) {
      return same(draft, old, word) ? DONE : SEVERAL;
    }
    if (RecordLayout.timestamp(old) > draft.timestamp()) {
      return DONE;
    }
    long oldBytes = keyLength + RecordLayout.valueLength(word);
    return placement.store(scratch, reader.hash, old, purpose, dueMs, 0, bytes - oldBytes);
  }

  /** Whether a record that fits into a segment is the draft, to the byte. */
  private static boolean same(RecordDraft draft, long old, long word) {
    return !RecordLayout.has(word, RecordLayout.CHAINED) && draft.isAt(old);
  }
}
