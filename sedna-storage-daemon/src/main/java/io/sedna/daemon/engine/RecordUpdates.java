// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static io.sedna.daemon.engine.WriteAttempt.DONE;
import static io.sedna.daemon.engine.WriteAttempt.FULL;
import static io.sedna.daemon.engine.WriteAttempt.NO_SEGMENT;

import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.log.RecordDraft;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.SegmentTable;
import io.sedna.daemon.engine.log.SpaceFor;

/** Read, modify, write: the updates of one store, each as one step under the store's lock. */
final class RecordUpdates {
  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final TableSlot table;
  private final HashIndex index;
  private final StoreLock lock;
  private final StoreState state;
  private final RecordPlacement placement;
  private final RecordWrites writes;

  RecordUpdates(
      OffHeapMemory memory,
      TableSlot table,
      HashIndex index,
      StoreLock lock,
      StoreState state,
      RecordPlacement placement,
      RecordWrites writes) {
    this.memory = memory;
    this.segments = memory.segments();
    this.table = table;
    this.index = index;
    this.lock = lock;
    this.state = state;
    this.placement = placement;
    this.writes = writes;
  }

  /** As {@link PartitionStore#update}. */
  WriteOutcome update(long keyAddress, int keyLength, long hash, long nowMs, RecordUpdate update) {
    Scratch scratch = Scratch.get();
    // It is asked only once, so there must be room for what it may decide.
    boolean wait = true;
    long deadlineNs = 0;
    while (true) {
      lock.lock();
      try {
        if (!wait || memory.hasRoom()) {
          return WriteAttempt.outcome(
              tryUpdate(scratch, keyAddress, keyLength, hash, nowMs, update));
        }
      } finally {
        lock.unlock();
        scratch.update.end();
      }
      deadlineNs = deadlineNs == 0 ? OffHeapMemory.deadlineNs() : deadlineNs;
      wait = memory.makeRoom(1, deadlineNs);
    }
  }

  private int tryUpdate(
      Scratch scratch, long keyAddress, int keyLength, long hash, long nowMs, RecordUpdate update) {
    Cursor cursor = scratch.cursor;
    OffHeapUpdate step = scratch.update;
    long keyWord = RecordLayout.keyWord(table.slot(), keyLength);
    long old = index.locate(keyAddress, keyLength, keyWord, hash, cursor);
    long word = old == 0 ? 0 : RecordLayout.word(old);
    boolean plain = !RecordLayout.has(word, RecordLayout.MULTI | RecordLayout.TOMBSTONE);
    present(step, old, word, nowMs);
    if (old != 0 && table.cache()) {
      index.touch(cursor, S3Fifo.MOST_FREQUENT);
    }
    RecordUpdate.Decision decision = update.decide(step, step);
    if (state.closed) {
      return DONE;
    }
    VersionHead head = step.newHead();
    switch (decision) {
      case KEEP:
        return DONE;
      case FORGET:
        if (old != 0 && plain) {
          placement.forget(
              cursor, old, 1, RecordLayout.keyLength(word) + RecordLayout.valueLength(word));
          return DONE;
        }
        break;
      case REMOVE:
        break;
      case STORE:
        if (plain) {
          RecordDraft draft = scratch.draft.key(keyAddress, keyLength);
          step.fillValue(draft);
          draft
              .head(head.timestamp(), head.source(), head.flags(), head.expiresAtMs())
              .finish(table.slot(), 0);
          long bytes = keyLength + draft.valueLength();
          long oldBytes =
              old == 0 ? 0 : RecordLayout.keyLength(word) + RecordLayout.valueLength(word);
          if (!placement.admits(draft.size() - (old == 0 ? 0 : placement.taken(word)))) {
            return FULL;
          }
          return decided(
              placement.store(
                  scratch,
                  hash,
                  old,
                  SpaceFor.URGENT,
                  draft.expiresAtMs(),
                  old == 0 ? 1 : 0,
                  bytes - oldBytes));
        }
        if (!placement.admits(keyLength + (long) step.newLength())) {
          return FULL;
        }
        break;
    }
    return decided(
        writes.tryChange(
            scratch,
            keyAddress,
            keyLength,
            hash,
            SpaceFor.URGENT,
            held ->
                switch (decision) {
                  case KEEP -> held;
                  case FORGET -> StoredRecord.empty(held.key(), held.hash());
                  case REMOVE -> held.merge(step.newTombstone());
                  case STORE -> held.overwrittenBy(step.newValue());
                }));
  }

  private static int decided(int result) {
    return result == NO_SEGMENT ? FULL : result;
  }

  private void present(OffHeapUpdate step, long old, long word, long nowMs) {
    long newest = old == 0 ? Long.MIN_VALUE : RecordLayout.timestamp(old);
    if (old == 0 || RecordLayout.has(word, RecordLayout.TOMBSTONE)) {
      step.nothing(newest);
    } else if (RecordLayout.has(word, RecordLayout.MULTI | RecordLayout.CHAINED)) {
      StoredVersion live = RawRecord.copy(segments, old).decode(0).newestLive(nowMs);
      if (live == null) {
        step.nothing(newest);
      } else {
        step.present(live.value(), newest).set(live);
      }
    } else {
      long expiresAtMs = RecordLayout.expiresAtMs(old, word);
      if (expiresAtMs != 0 && expiresAtMs <= nowMs) {
        step.nothing(newest);
        return;
      }
      long value = old + RecordLayout.keyOffset(word) + RecordLayout.keyLength(word);
      step.present(value, RecordLayout.valueLength(word), newest)
          .set(
              RecordLayout.timestamp(old),
              RecordLayout.source(old, word),
              RecordLayout.clientFlags(old, word),
              expiresAtMs);
    }
  }
}
