// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static io.sedna.daemon.engine.WriteAttempt.DONE;
import static io.sedna.daemon.engine.WriteAttempt.NO_SEGMENT;
import static io.sedna.daemon.engine.WriteAttempt.OUTDATED;
import static io.sedna.daemon.engine.WriteAttempt.SEVERAL;

import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.log.RecordDraft;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.SegmentTable;
import io.sedna.daemon.engine.log.SpaceFor;
import java.util.function.UnaryOperator;

/**
 * The writes of one store. Each takes the store's lock for one record; where there is no room it
 * lets go of it, waits for the cleaner and begins again. One version in the place of one, or of
 * nothing, goes the short way, without any object; all else goes by way of {@link StoredRecord}.
 */
final class RecordWrites {
  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final TableSlot table;
  private final HashIndex index;
  private final StoreLock lock;
  private final StoreState state;
  private final RecordPlacement placement;

  RecordWrites(
      OffHeapMemory memory,
      TableSlot table,
      HashIndex index,
      StoreLock lock,
      StoreState state,
      RecordPlacement placement) {
    this.memory = memory;
    this.segments = memory.segments();
    this.table = table;
    this.index = index;
    this.lock = lock;
    this.state = state;
    this.placement = placement;
  }

  /** As {@link PartitionStore#writeLatest(long, int, long, long, int, VersionHead)}. */
  WriteOutcome writeLatest(
      long keyAddress,
      int keyLength,
      long hash,
      long valueAddress,
      int valueLength,
      VersionHead head) {
    Scratch scratch = Scratch.get();
    scratch
        .draft
        .key(keyAddress, keyLength)
        .value(null, valueAddress, valueLength)
        .head(head.timestamp(), head.source(), head.flags(), head.expiresAtMs())
        .finish(table.slot(), 0);
    return writeLatest(scratch, keyAddress, hash);
  }

  /** As {@link PartitionStore#writeLatest(byte[], long, StoredVersion)}. */
  WriteOutcome writeLatest(byte[] key, long hash, StoredVersion value) {
    Scratch scratch = Scratch.get();
    long keyAddress = scratch.key(key);
    if (value.tombstone() || !value.holdsValue()) {
      return change(scratch, keyAddress, key.length, hash, false, Steps.writeLatest(value));
    }
    placement.draft(scratch, keyAddress, key.length, value);
    return writeLatest(scratch, keyAddress, hash);
  }

  private WriteOutcome writeLatest(Scratch scratch, long keyAddress, long hash) {
    long deadlineNs = 0;
    while (true) {
      int result;
      lock.lock();
      try {
        result = tryWriteLatest(scratch, keyAddress, hash);
      } finally {
        lock.unlock();
      }
      if (result == SEVERAL) {
        StoredVersion value = versionOf(scratch.draft);
        int keyLength = scratch.draft.keyLength();
        return change(scratch, keyAddress, keyLength, hash, false, Steps.writeLatest(value));
      }
      if (result != NO_SEGMENT) {
        memory.helpCleaning();
        return WriteAttempt.outcome(result);
      }
      deadlineNs = deadlineNs == 0 ? OffHeapMemory.deadlineNs() : deadlineNs;
      if (!placement.makeRoom(scratch, deadlineNs)) {
        return WriteOutcome.OUT_OF_MEMORY;
      }
    }
  }

  private int tryWriteLatest(Scratch scratch, long keyAddress, long hash) {
    if (state.closed) {
      return DONE;
    }
    RecordDraft draft = scratch.draft;
    int keyLength = draft.keyLength();
    long keyWord = RecordLayout.keyWord(table.slot(), keyLength);
    long old = index.locate(keyAddress, keyLength, keyWord, hash, scratch.cursor);
    long bytes = keyLength + draft.valueLength();
    if (old == 0) {
      return placement.store(scratch, hash, 0, SpaceFor.DATA, draft.expiresAtMs(), 1, bytes);
    }
    long word = RecordLayout.word(old);
    if (RecordLayout.has(word, RecordLayout.MULTI | RecordLayout.TOMBSTONE)) {
      return SEVERAL;
    }
    int newer = compare(draft, old, word);
    if (newer <= 0) {
      return newer < 0 ? OUTDATED : SEVERAL;
    }
    long oldBytes = keyLength + RecordLayout.valueLength(word);
    return placement.store(
        scratch, hash, old, SpaceFor.DATA, draft.expiresAtMs(), 0, bytes - oldBytes);
  }

  private static int compare(RecordDraft draft, long old, long word) {
    int byTime = Long.compare(draft.timestamp(), RecordLayout.timestamp(old));
    return byTime != 0 ? byTime : Integer.compare(draft.source(), RecordLayout.source(old, word));
  }

  /** On the heap, for the rare cases. */
  private static StoredVersion versionOf(RecordDraft draft) {
    return StoredVersion.value(
        draft.timestamp(),
        draft.source(),
        draft.expiresAtMs(),
        draft.clientFlags(),
        draft.valueBytes());
  }

  /** As {@link PartitionStore#writeAll}. */
  WriteOutcome writeAll(byte[] key, long hash, StoredVersion value) {
    return change(key, hash, value.tombstone(), Steps.writeAll(value));
  }

  /** As {@link PartitionStore#remove}. */
  WriteOutcome remove(byte[] key, long hash, StoredVersion tombstone) {
    return change(key, hash, true, Steps.remove(tombstone));
  }

  /** As {@link PartitionStore#touch}. */
  WriteOutcome touch(byte[] key, long hash, StoredVersion value) {
    return change(key, hash, value.tombstone(), Steps.touch(value));
  }

  /** As {@link PartitionStore#merge}. */
  WriteOutcome merge(StoredRecord record) {
    boolean adds = record.versions().stream().anyMatch(v -> v.value().length > 0);
    return change(record.key(), record.hash(), !adds, Steps.merge(record, table.options()));
  }

  /** Puts what the step makes of the record in its place; null: leaves it, as outdated. */
  WriteOutcome change(byte[] key, long hash, boolean removal, UnaryOperator<StoredRecord> step) {
    Scratch scratch = Scratch.get();
    return change(scratch, scratch.key(key), key.length, hash, removal, step);
  }

  private WriteOutcome change(
      Scratch scratch,
      long keyAddress,
      int keyLength,
      long hash,
      boolean removal,
      UnaryOperator<StoredRecord> step) {
    SpaceFor purpose = removal ? SpaceFor.REMOVAL : SpaceFor.DATA;
    long deadlineNs = OffHeapMemory.deadlineNs();
    while (true) {
      int result;
      lock.lock();
      try {
        result = tryChange(scratch, keyAddress, keyLength, hash, purpose, step);
      } finally {
        lock.unlock();
      }
      if (result != NO_SEGMENT || purpose == SpaceFor.URGENT) {
        memory.helpCleaning();
        return WriteAttempt.outcome(result);
      }
      if (!placement.makeRoom(scratch, deadlineNs)) {
        if (!removal) {
          return WriteOutcome.OUT_OF_MEMORY;
        }
        purpose = SpaceFor.URGENT;
      }
    }
  }

  /** One attempt at a {@link #change}, under the lock. */
  int tryChange(
      Scratch scratch,
      long keyAddress,
      int keyLength,
      long hash,
      SpaceFor purpose,
      UnaryOperator<StoredRecord> step) {
    long keyWord = RecordLayout.keyWord(table.slot(), keyLength);
    long old = index.locate(keyAddress, keyLength, keyWord, hash, scratch.cursor);
    StoredRecord before =
        old == 0
            ? StoredRecord.empty(OffHeap.bytes(keyAddress, keyLength), hash)
            : RawRecord.copy(segments, old).decode(hash);
    StoredRecord after = step.apply(before);
    if (after == null) {
      return OUTDATED;
    }
    return state.closed || after == before
        ? DONE
        : placement.exchange(scratch, keyAddress, keyLength, old, before, after, purpose);
  }
}
