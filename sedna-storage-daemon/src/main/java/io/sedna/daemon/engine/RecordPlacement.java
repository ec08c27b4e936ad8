// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static io.sedna.daemon.engine.WriteAttempt.DONE;
import static io.sedna.daemon.engine.WriteAttempt.FULL;
import static io.sedna.daemon.engine.WriteAttempt.NO_SEGMENT;

import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.log.LogHead;
import io.sedna.daemon.engine.log.RecordDraft;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.RecordLog;
import io.sedna.daemon.engine.log.SegmentTable;
import io.sedna.daemon.engine.log.SpaceFor;
import java.util.ArrayList;
import java.util.List;
import sun.misc.Unsafe;

/**
 * Puts records of one store into the log and lets the index lead to them; takes them out again; and
 * accounts for the bytes. To be called under the store's lock, but for {@link #makeRoom}.
 */
final class RecordPlacement {
  /** A cache may be above its quota by this part while the cleaner works on it. */
  private static final int QUOTA_SLACK_DIVISOR = 16;

  private static final byte[] NO_KEY = {};

  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final TableSlot table;
  private final HashIndex index;
  private final StoreState state;

  RecordPlacement(OffHeapMemory memory, TableSlot table, HashIndex index, StoreState state) {
    this.memory = memory;
    this.segments = memory.segments();
    this.table = table;
    this.index = index;
    this.state = state;
  }

  /** Begins a record of one version, which holds its value. */
  void draft(Scratch scratch, long keyAddress, int keyLength, StoredVersion version) {
    scratch
        .draft
        .key(keyAddress, keyLength)
        .value(version.value(), Unsafe.ARRAY_BYTE_BASE_OFFSET, version.value().length)
        .head(version.timestamp(), version.source(), version.flags(), version.expiresAtMs())
        .finish(table.slot(), version.tombstone() ? RecordLayout.TOMBSTONE : 0);
  }

  /** Puts a record in the place of what the cursor was set to, if that is anything. */
  int exchange(
      Scratch scratch,
      long keyAddress,
      int keyLength,
      long old,
      StoredRecord before,
      StoredRecord after,
      SpaceFor purpose) {
    if (after.isEmpty()) {
      if (old != 0) {
        forget(scratch.cursor, old, before);
      }
      return DONE;
    }
    StoredVersion first = after.newestHeld();
    RecordDraft draft = scratch.draft;
    if (after.versions().size() == 1 && (first.tombstone() || first.holdsValue())) {
      draft(scratch, keyAddress, keyLength, first);
    } else {
      byte[] versions = MultiVersionCodec.encode(after);
      if (versions.length > RecordLayout.MAX_VALUE_BYTES) {
        return FULL;
      }
      draft
          .key(keyAddress, keyLength)
          .value(versions, Unsafe.ARRAY_BYTE_BASE_OFFSET, versions.length)
          .head(first.timestamp(), 0, 0, 0)
          .finish(table.slot(), RecordLayout.MULTI);
    }
    return store(
        scratch,
        after.hash(),
        old,
        purpose,
        after.sweepDueMs(memory.options().graceMs()),
        after.dataRecords() - before.dataRecords(),
        after.dataBytes() - before.dataBytes());
  }

  /**
   * Appends the draft and lets the index lead to it.
   *
   * @param old what it takes the place of, where the cursor is; 0: nothing
   * @param dueMs when a sweep has something to do with it
   * @param records how many more with data there are after, and bytes
   */
  int store(
      Scratch scratch,
      long hash,
      long old,
      SpaceFor purpose,
      long dueMs,
      long records,
      long bytes) {
    RecordDraft draft = scratch.draft;
    Cursor cursor = scratch.cursor;
    int size = draft.size();
    boolean chained = chained(size);
    long taken = chained ? (long) segments.chainLength(size) * segments.segmentBytes() : size;
    long oldWord = old == 0 ? 0 : RecordLayout.word(old);
    boolean oldChained = RecordLayout.has(oldWord, RecordLayout.CHAINED);
    long oldTaken = old == 0 ? 0 : taken(oldWord);
    int refusal = taken > oldTaken ? refusal(purpose, taken, taken - oldTaken) : DONE;
    if (refusal != DONE) {
      return refusal;
    }
    if (old == 0 && !index.reserve(hash, cursor)) {
      return NO_SEGMENT;
    }
    RecordLog log = table.log();
    RecordLog oldLog = old == 0 || oldChained ? null : logOf(old);
    long record;
    if (chained) {
      int first = segments.allocateChain(size, purpose);
      if (first == 0) {
        return NO_SEGMENT;
      }
      draft.writeChain(segments, first);
      record = segments.base(first);
    } else {
      LogHead head = log.acquire(size, purpose);
      if (head == null) {
        return NO_SEGMENT;
      }
      record = head.append(size, oldLog == log ? size - oldTaken : size);
      draft.write(record);
      head.unlock();
    }
    if (oldLog != null && (oldLog != log || chained)) {
      oldLog.grew(-oldTaken);
    }
    if (table.cache()) {
      cursor.frequency(
          old == 0 ? table.policy().inserted(hash) : S3Fifo.overwritten(cursor.frequency()));
    }
    if (state.tree != null) {
      state.digestChanged(hash, digest(draft, hash) - (old == 0 ? 0 : digest(old, oldWord, hash)));
    }
    if (old == 0) {
      index.insert(cursor, segments.reference(record), dueMs);
    } else {
      index.replace(cursor, segments.reference(record), dueMs);
      bury(old, oldWord);
    }
    if (chained && table.cache()) {
      table.probationLog().fifo().addChain(segments.segmentOf(segments.reference(record)));
    }
    state.add(records, bytes, taken - oldTaken);
    report();
    return DONE;
  }

  private static long digest(RecordDraft draft, long hash) {
    return draft.has(RecordLayout.MULTI)
        ? StoredRecord.of(NO_KEY, hash, MultiVersionCodec.decode(draft.valueBytes())).digest()
        : HashTree.digest(
            hash,
            draft.timestamp(),
            draft.source(),
            draft.expiresAtMs(),
            draft.has(RecordLayout.TOMBSTONE));
  }

  /** What a record that the index leads to adds to the digests. */
  private long digest(long record, long word, long hash) {
    return RecordLayout.has(word, RecordLayout.MULTI)
        ? RawRecord.copy(segments, record).decode(hash).digest()
        : HashTree.digest(
            hash,
            RecordLayout.timestamp(record),
            RecordLayout.source(record, word),
            RecordLayout.expiresAtMs(record, word),
            RecordLayout.has(word, RecordLayout.TOMBSTONE));
  }

  private int refusal(SpaceFor purpose, long taken, long growth) {
    if (table.cache()) {
      return purpose == SpaceFor.DATA ? refusalOfCache(taken) : DONE;
    }
    boolean admitted = purpose == SpaceFor.DATA ? admits(growth) : memory.admitsRemoval(growth);
    return admitted ? DONE : FULL;
  }

  /** Whether a table that is a store may grow by so many bytes; one that is a cache evicts. */
  boolean admits(long growth) {
    return growth <= 0
        || table.cache()
        || (memory.admits(growth) && table.memory().hasRoomFor(growth));
  }

  /** A cache forgets something while it grows; only where that is too slow, or no use, it waits. */
  private int refusalOfCache(long taken) {
    TableMemory table = this.table.memory();
    long quota = table.options().maxBytes();
    if (quota == 0 || table.hasRoomFor(taken - quota / QUOTA_SLACK_DIVISOR)) {
      return DONE;
    }
    return taken > quota ? FULL : NO_SEGMENT;
  }

  /** Waits for the cleaner; false: it is no use trying again. */
  boolean makeRoom(Scratch scratch, long deadlineNs) {
    if (table.cache() && !table.memory().hasRoomFor(0)) {
      return System.nanoTime() - deadlineNs < 0 && memory.evict(table);
    }
    int size = scratch.draft.size();
    return memory.makeRoom(chained(size) ? segments.chainLength(size) : 1, deadlineNs);
  }

  /** Whether a record of such size gets segments of its own. */
  private boolean chained(int size) {
    return size > segments.segmentBytes() / 2;
  }

  private RecordLog logOf(long record) {
    return memory.logOf(segments.segmentOf(segments.reference(record)));
  }

  /** Tells the table what this store takes, if that has changed. */
  private void report() {
    long now = state.taken + index.bytes();
    if (now != state.reported) {
      table.memory().add(now - state.reported);
      state.reported = now;
      if (table.cache() && !table.memory().hasRoomFor(0)) {
        memory.overQuota();
      }
    }
  }

  /** Bytes that a record takes from the memory. */
  long taken(long word) {
    int size = RecordLayout.size(word);
    return RecordLayout.has(word, RecordLayout.CHAINED)
        ? (long) segments.chainLength(size) * segments.segmentBytes()
        : size;
  }

  /** Gives up the bytes of a record that nothing leads to any more. */
  private void bury(long record, long word) {
    int segment = segments.segmentOf(segments.reference(record));
    if (RecordLayout.has(word, RecordLayout.CHAINED)) {
      table.probationLog().fifo().removeChain(segment);
      table.mainLog().fifo().removeChain(segment);
      segments.free(segment);
    } else {
      int size = RecordLayout.size(word);
      segments.died(segment, size);
      state.buried += size;
      // The mark goes last: the cleaner frees a segment once all of its records are marked.
      RecordLayout.markDead(record);
    }
  }

  /** Takes a record out of the index and leaves nothing in its place. */
  void forget(Cursor cursor, long old, StoredRecord before) {
    forget(cursor, old, before.dataRecords(), before.dataBytes());
  }

  /**
   * As {@link #forget(Cursor, long, StoredRecord)}.
   *
   * @param records how many with data that are
   * @param bytes of data
   */
  void forget(Cursor cursor, long old, long records, long bytes) {
    long word = RecordLayout.word(old);
    if (state.tree != null) {
      long hash = table.hashOf(old, word);
      state.digestChanged(hash, -digest(old, word, hash));
    }
    index.remove(cursor);
    if (!RecordLayout.has(word, RecordLayout.CHAINED)) {
      logOf(old).grew(-RecordLayout.size(word));
    }
    bury(old, word);
    state.add(-records, -bytes, -taken(word));
    report();
  }

  /**
   * Goes on with the digests of all records, by a page of the index.
   *
   * @param firstHash of the partition
   * @return whether they are complete
   */
  boolean countDigests(long firstHash) {
    int commonBits = memory.options().partitionBits();
    HashTree tree = state.tree;
    if (tree == null || (tree.complete() && tree.outgrown(state.records))) {
      tree = new HashTree(commonBits, state.records);
      state.tree = tree;
    }
    if (!tree.complete()) {
      HashTree counting = tree;
      long last =
          index
              .walk()
              .forEachOfPage(
                  tree.next(firstHash),
                  record -> {
                    long word = RecordLayout.word(record);
                    long hash = table.hashOf(record, word);
                    counting.count(hash, digest(record, word, hash));
                  });
      tree.counted(last);
    }
    return tree.complete();
  }

  /** Lets all records go. */
  void forgetAll() {
    state.tree = null;
    List<Long> chained = new ArrayList<>();
    index
        .walk()
        .forEach(
            record -> {
              long word = RecordLayout.word(record);
              if (RecordLayout.has(word, RecordLayout.CHAINED)) {
                chained.add(record);
              } else {
                logOf(record).grew(-RecordLayout.size(word));
                bury(record, word);
              }
            });
    index.clear();
    chained.forEach(record -> bury(record, RecordLayout.word(record)));
    state.add(-state.records, -state.bytes, -state.taken);
    report();
  }
}
