// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.log.LogHead;
import io.sedna.daemon.engine.log.RecordDraft;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.RecordLog;
import io.sedna.daemon.engine.log.SegmentFifo;
import io.sedna.daemon.engine.log.SegmentTable;
import io.sedna.daemon.engine.log.SpaceFor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.classification.InterfaceAudience;
import sun.misc.Unsafe;

/**
 * A store whose records are in the log of an {@link OffHeapMemory} and whose index is outside the
 * heap too.
 *
 * <p>Readers take no lock: they copy, then ask the index whether what they copied was the record,
 * and begin again if not. Writers take the store's lock, each for one record; the bytes go to a log
 * head, which stores share. One live version or one tombstone of a key is the common case and is
 * written and read without any object; what else there can be of a key is one record of several
 * versions, which goes by way of {@link StoredRecord}.
 */
@InterfaceAudience.Private
final class OffHeapPartitionStore implements PartitionStore {
  /** Reads that writers got in the way of so many times take the lock. */
  private static final int MAX_ATTEMPTS = 64;

  /** A cache may be above its quota by this part while the cleaner works on it. */
  private static final int QUOTA_SLACK_DIVISOR = 16;

  /** Values up to so long are copied in the open. */
  private static final int SHORT_COPY_BYTES = 256;

  // What an attempt to write comes to.
  private static final int DONE = 0;
  private static final int OUTDATED = 1;
  private static final int FULL = 2;

  /** There is memory, but the cleaner has to make room first. */
  private static final int NO_SEGMENT = 3;

  /** More than one version has a say: not for the short way. */
  private static final int SEVERAL = 4;

  private final OffHeapMemory memory;
  private final SegmentTable segments;
  private final TableSlot table;
  private final int partition;
  private final HashIndex index;
  private final StoreLock lock = new StoreLock();
  private final Counters counters = new Counters();
  private volatile boolean closed; // written under the lock

  /** Of the bytes of records that died, those whose segments were freed. Written by the cleaner. */
  private long reclaimed;

  /** Written under the lock, away from what readers read. */
  private static final class Counters {
    long records;
    long bytes;
    long taken;
    long reported;
    long buried; // bytes of records that died, since the beginning

    void add(long newRecords, long newBytes, long newTaken) {
      records += newRecords;
      bytes += newBytes;
      taken += newTaken;
    }
  }

  OffHeapPartitionStore(OffHeapMemory memory, TableSlot table, int partition) {
    this.memory = memory;
    this.table = table;
    this.partition = partition;
    segments = memory.segments();
    index =
        new HashIndex(segments, memory.chunks(), memory.options().partitionBits(), this::hashOf);
  }

  private long hashOf(long record) {
    long word = RecordLayout.word(record);
    return table.hasher().hash(record + RecordLayout.keyOffset(word), RecordLayout.keyLength(word));
  }

  // -- Reading.

  @Override
  public boolean readNewest(
      long keyAddress, int keyLength, long hash, long nowMs, ReadTarget target) {
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

  @Override
  public long bucketAddress(long hash) {
    return index.bucketAddress(hash);
  }

  @Override
  public long recordAddress(long hash) {
    return index.recordAddress(hash);
  }

  @Override
  public StoredRecord read(byte[] key, long hash) {
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

  // -- Writing.

  @Override
  public WriteOutcome writeLatest(
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

  @Override
  public WriteOutcome writeLatest(byte[] key, long hash, StoredVersion value) {
    Scratch scratch = Scratch.get();
    long keyAddress = scratch.key(key);
    if (value.tombstone() || !value.holdsValue()) {
      return change(scratch, keyAddress, key.length, hash, false, Steps.writeLatest(value));
    }
    draft(scratch, keyAddress, key.length, value);
    return writeLatest(scratch, keyAddress, hash);
  }

  private void draft(Scratch scratch, long keyAddress, int keyLength, StoredVersion version) {
    scratch
        .draft
        .key(keyAddress, keyLength)
        .value(version.value(), Unsafe.ARRAY_BYTE_BASE_OFFSET, version.value().length)
        .head(version.timestamp(), version.source(), version.flags(), version.expiresAtMs())
        .finish(table.slot(), version.tombstone() ? RecordLayout.TOMBSTONE : 0);
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
        return outcome(result);
      }
      deadlineNs = deadlineNs == 0 ? OffHeapMemory.deadlineNs() : deadlineNs;
      if (!makeRoom(scratch, deadlineNs)) {
        return WriteOutcome.OUT_OF_MEMORY;
      }
    }
  }

  private int tryWriteLatest(Scratch scratch, long keyAddress, long hash) {
    if (closed) {
      return DONE;
    }
    RecordDraft draft = scratch.draft;
    int keyLength = draft.keyLength();
    long keyWord = RecordLayout.keyWord(table.slot(), keyLength);
    long old = index.locate(keyAddress, keyLength, keyWord, hash, scratch.cursor);
    long bytes = keyLength + draft.valueLength();
    if (old == 0) {
      return store(scratch, hash, 0, SpaceFor.DATA, draft.expiresAtMs(), 1, bytes);
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
    return store(scratch, hash, old, SpaceFor.DATA, draft.expiresAtMs(), 0, bytes - oldBytes);
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

  @Override
  public WriteOutcome writeAll(byte[] key, long hash, StoredVersion value) {
    return change(key, hash, value.tombstone(), Steps.writeAll(value));
  }

  @Override
  public WriteOutcome remove(byte[] key, long hash, StoredVersion tombstone) {
    return change(key, hash, true, Steps.remove(tombstone));
  }

  @Override
  public WriteOutcome touch(byte[] key, long hash, StoredVersion value) {
    return change(key, hash, value.tombstone(), Steps.touch(value));
  }

  @Override
  public WriteOutcome merge(StoredRecord record) {
    boolean adds = record.versions().stream().anyMatch(v -> v.value().length > 0);
    return change(record.key(), record.hash(), !adds, held -> held.merge(record));
  }

  private WriteOutcome change(
      byte[] key, long hash, boolean removal, UnaryOperator<StoredRecord> step) {
    Scratch scratch = Scratch.get();
    return change(scratch, scratch.key(key), key.length, hash, removal, step);
  }

  /** Puts what the step makes of the record in its place; null: leaves it, as outdated. */
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
        return outcome(result);
      }
      if (!makeRoom(scratch, deadlineNs)) {
        if (!removal) {
          return WriteOutcome.OUT_OF_MEMORY;
        }
        purpose = SpaceFor.URGENT;
      }
    }
  }

  private int tryChange(
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
    return closed || after == before
        ? DONE
        : exchange(scratch, keyAddress, keyLength, old, before, after, purpose);
  }

  /** Puts a record in the place of what the cursor was set to, if that is anything. */
  private int exchange(
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
  private int store(
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
    if (old == 0) {
      index.insert(cursor, segments.reference(record), dueMs);
    } else {
      index.replace(cursor, segments.reference(record), dueMs);
      bury(old, oldWord);
    }
    if (chained && table.cache()) {
      table.probationLog().fifo().addChain(segments.segmentOf(segments.reference(record)));
    }
    counters.add(records, bytes, taken - oldTaken);
    report();
    return DONE;
  }

  private int refusal(SpaceFor purpose, long taken, long growth) {
    if (table.cache()) {
      return purpose == SpaceFor.DATA ? refusalOfCache(taken) : DONE;
    }
    boolean admitted = purpose == SpaceFor.DATA ? admits(growth) : memory.admitsRemoval(growth);
    return admitted ? DONE : FULL;
  }

  /** Whether a table that is a store may grow by so many bytes; one that is a cache evicts. */
  private boolean admits(long growth) {
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
  private boolean makeRoom(Scratch scratch, long deadlineNs) {
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
    long now = counters.taken + index.bytes();
    if (now != counters.reported) {
      table.memory().add(now - counters.reported);
      counters.reported = now;
      if (table.cache() && !table.memory().hasRoomFor(0)) {
        memory.overQuota();
      }
    }
  }

  /** Bytes that a record takes from the memory. */
  private long taken(long word) {
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
      counters.buried += size;
      // The mark goes last: the cleaner frees a segment once all of its records are marked.
      RecordLayout.markDead(record);
    }
  }

  private void forget(Cursor cursor, long old, StoredRecord before) {
    forget(cursor, old, before.dataRecords(), before.dataBytes());
  }

  /** Takes a record out of the index and leaves nothing in its place. */
  private void forget(Cursor cursor, long old, long records, long bytes) {
    long word = RecordLayout.word(old);
    index.remove(cursor);
    if (!RecordLayout.has(word, RecordLayout.CHAINED)) {
      logOf(old).grew(-RecordLayout.size(word));
    }
    bury(old, word);
    counters.add(-records, -bytes, -taken(word));
    report();
  }

  private static WriteOutcome outcome(int result) {
    return switch (result) {
      case DONE -> WriteOutcome.OK;
      case OUTDATED -> WriteOutcome.OUTDATED;
      default -> WriteOutcome.OUT_OF_MEMORY;
    };
  }

  // -- For the cleaner.

  /** What became of a record that the cleaner came by. */
  enum Moved {
    MOVED,
    /** Nothing led to it. */
    DEAD,
    DROPPED,
    /** There is no segment to move it to; it is where it was. */
    NO_ROOM
  }

  /**
   * Moves a record to the survivors of a log, or forgets it. Whoever calls it counts what has moved
   * as dead where it was.
   *
   * @param from the segment that it is in
   * @param judge what decides; null: it stays, with the frequency that it has
   */
  Moved move(Cursor cursor, long hash, long record, int from, RecordLog to, Judge judge) {
    lock.lock();
    try {
      if (!index.locateReference(hash, segments.reference(record), cursor)) {
        return Moved.DEAD;
      }
      long word = RecordLayout.word(record);
      int size = RecordLayout.size(word);
      int verdict = judge(judge, cursor, hash, record, word);
      if (verdict == S3Fifo.DROP) {
        return Moved.DROPPED;
      }
      RecordLog log = memory.logOf(from);
      long moved =
          to.appendMoved(
              size, log == to ? 0 : size, segments.generation(from), segments.stamp(from));
      if (moved == 0) {
        return Moved.NO_ROOM;
      }
      OffHeap.copy(record, moved, size);
      cursor.frequency(verdict);
      index.move(cursor, segments.reference(moved));
      if (log != to) {
        log.grew(-size);
      }
      counters.buried += size;
      RecordLayout.markDead(record);
      return Moved.MOVED;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Judges a record in a chain of its own, where it is.
   *
   * @param record what may be a record of this store, or may have been
   * @param keep where the chain is queued if it stays
   */
  void judgeChain(Cursor cursor, long hash, long record, Judge judge, SegmentFifo keep) {
    lock.lock();
    try {
      long reference = segments.reference(record);
      if (!index.locateReference(hash, reference, cursor)) {
        return;
      }
      long word = RecordLayout.word(record);
      int verdict = judge(judge, cursor, hash, record, word);
      if (verdict != S3Fifo.DROP && RecordLayout.has(word, RecordLayout.CHAINED)) {
        cursor.frequency(verdict);
        index.move(cursor, reference);
        keep.addChain(segments.segmentOf(reference));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets a record go if its judge or its time says so. */
  private int judge(Judge judge, Cursor cursor, long hash, long record, long word) {
    if (judge == null) {
      return cursor.frequency();
    }
    long taken = taken(word);
    TableCounters counts = table.memory().counters();
    boolean several = RecordLayout.has(word, RecordLayout.MULTI);
    long expiresAtMs = several ? 0 : RecordLayout.expiresAtMs(record, word);
    if (expiresAtMs != 0 && expiresAtMs <= memory.options().clockMs().getAsLong()) {
      counts.expired(drop(cursor, hash, record, word));
      return S3Fifo.DROP;
    }
    int verdict = judge.judge(hash, cursor.frequency());
    if (verdict == S3Fifo.DROP) {
      counts.evicted(drop(cursor, hash, record, word), taken);
    }
    return verdict;
  }

  /** Answers how many records with data that were. */
  private int drop(Cursor cursor, long hash, long record, long word) {
    if (RecordLayout.has(word, RecordLayout.MULTI | RecordLayout.TOMBSTONE)) {
      StoredRecord before = RawRecord.copy(segments, record).decode(hash);
      forget(cursor, record, before);
      return before.dataRecords();
    }
    forget(cursor, record, 1, RecordLayout.keyLength(word) + RecordLayout.valueLength(word));
    return 1;
  }

  /** Bytes of dead records are free again; for the cleaner. */
  void reclaimed(int bytes) {
    reclaimed += bytes;
  }

  /** Lets the large records of a table that has become a cache be evicted like others. */
  void queueChains() {
    lock.lock();
    try {
      index.forEach(
          record -> {
            int segment = segments.segmentOf(segments.reference(record));
            if (RecordLayout.has(RecordLayout.word(record), RecordLayout.CHAINED)) {
              table.probationLog().fifo().removeChain(segment);
              table.mainLog().fifo().removeChain(segment);
              table.mainLog().fifo().addChain(segment);
            }
          });
    } finally {
      lock.unlock();
    }
  }

  /** Says whether a record of a cache stays. */
  interface Judge {
    /**
     * @return {@link S3Fifo#DROP}, or the frequency that it keeps
     */
    int judge(long hash, int frequency);
  }

  long records() {
    return counters.records;
  }

  // -- Read, modify, write.

  @Override
  public WriteOutcome update(
      long keyAddress, int keyLength, long hash, long nowMs, RecordUpdate update) {
    Scratch scratch = Scratch.get();
    // It is asked only once, so there must be room for what it may decide.
    boolean wait = true;
    long deadlineNs = 0;
    while (true) {
      lock.lock();
      try {
        if (!wait || memory.hasRoom()) {
          return outcome(tryUpdate(scratch, keyAddress, keyLength, hash, nowMs, update));
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
    if (closed) {
      return DONE;
    }
    VersionHead head = step.newHead();
    switch (decision) {
      case KEEP:
        return DONE;
      case FORGET:
        if (old != 0 && plain) {
          forget(cursor, old, 1, RecordLayout.keyLength(word) + RecordLayout.valueLength(word));
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
          if (!admits(draft.size() - (old == 0 ? 0 : taken(word)))) {
            return FULL;
          }
          return decided(
              store(
                  scratch,
                  hash,
                  old,
                  SpaceFor.URGENT,
                  draft.expiresAtMs(),
                  old == 0 ? 1 : 0,
                  bytes - oldBytes));
        }
        if (!admits(keyLength + (long) step.newLength())) {
          return FULL;
        }
        break;
    }
    return decided(
        tryChange(
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

  // -- Ranges.

  @Override
  public ScanBatch scan(ScanRange range) {
    long nowMs = memory.options().clockMs().getAsLong();
    var found = new ArrayList<StoredRecord>();
    long from = later(range.startHash(), firstHash());
    long end = later(~range.endHash(), ~lastHash()) ^ -1L;
    if (Long.compareUnsigned(range.startHash(), range.endHash()) > 0
        || Long.compareUnsigned(from, end) > 0) {
      return new ScanBatch(found, true, 0);
    }
    long bytes = 0;
    int examined = 0;
    while (true) {
      HashIndex.PageHashes page = hashesOfPage(from);
      for (long hash : sorted(page, from, end)) {
        int before = found.size();
        long size = ScanViews.collect(recordsOf(hash), range, nowMs, found);
        boolean full =
            before > 0
                && found.size() > before
                && (before >= range.maxRecords() || bytes + size > range.maxBytes());
        if (full || examined == ScanViews.MAX_HASHES_EXAMINED) {
          found.subList(before, found.size()).clear();
          return new ScanBatch(found, false, hash);
        }
        bytes += size;
        examined++;
      }
      if (Long.compareUnsigned(page.last(), end) >= 0) {
        return new ScanBatch(found, true, 0);
      }
      from = page.last() + 1;
    }
  }

  private static long later(long a, long b) {
    return Long.compareUnsigned(a, b) > 0 ? a : b;
  }

  private long firstHash() {
    int bits = memory.options().partitionBits();
    return bits == 0 ? 0 : (long) partition << (Long.SIZE - bits);
  }

  private long lastHash() {
    return firstHash() | -1L >>> memory.options().partitionBits();
  }

  private HashIndex.PageHashes hashesOfPage(long from) {
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      HashIndex.PageHashes page = index.hashesOfPage(from);
      if (page != null) {
        return page;
      }
      Thread.onSpinWait();
    }
    lock.lock();
    try {
      return index.hashesOfPage(from);
    } finally {
      lock.unlock();
    }
  }

  /** The hashes of a range in unsigned order, each once. */
  private static long[] sorted(HashIndex.PageHashes page, long from, long end) {
    long[] hashes = page.hashes();
    int count = 0;
    for (int i = 0; i < page.count(); i++) {
      long hash = hashes[i];
      if (Long.compareUnsigned(hash, from) >= 0 && Long.compareUnsigned(hash, end) <= 0) {
        hashes[count++] = hash ^ Long.MIN_VALUE;
      }
    }
    Arrays.sort(hashes, 0, count);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || hashes[i] != hashes[i - 1]) {
        hashes[distinct++] = hashes[i];
      }
    }
    for (int i = 0; i < distinct; i++) {
      hashes[i] ^= Long.MIN_VALUE;
    }
    return Arrays.copyOf(hashes, distinct);
  }

  /** All records of a hash, in order of their keys. */
  private StoredRecord[] recordsOf(long hash) {
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
    long seen =
        index.candidates(
            hash,
            record -> {
              if (hashOf(record) == hash) {
                raws.add(RawRecord.copy(segments, record));
              }
            });
    if (seen == HashIndex.RETRY || raws.contains(null)) {
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

  @Override
  public int sweep() {
    Scratch scratch = Scratch.get();
    long nowMs = memory.options().clockMs().getAsLong();
    var sweeper = new Sweeper(scratch, nowMs);
    HashIndex.SweepPlace place = HashIndex.SweepPlace.START;
    while (place.state() != HashIndex.SweepPlace.State.END) {
      lock.lock();
      try {
        place = sweepSlice(place, sweeper, scratch.cursor);
      } finally {
        lock.unlock();
      }
    }
    return sweeper.changed;
  }

  private HashIndex.SweepPlace sweepSlice(
      HashIndex.SweepPlace from, Sweeper sweeper, Cursor cursor) {
    try {
      HashIndex.SweepPlace place = index.nextDue(from, sweeper.nowMs);
      return place.state() == HashIndex.SweepPlace.State.DUE
          ? index.sweep(place, sweeper, cursor)
          : place;
    } catch (RuntimeException e) {
      index.sweepAgain();
      throw e;
    }
  }

  /** Under the lock. */
  private final class Sweeper implements HashIndex.Sweeper {
    private final Scratch scratch;
    private final long nowMs;
    private int changed;

    Sweeper(Scratch scratch, long nowMs) {
      this.scratch = scratch;
      this.nowMs = nowMs;
    }

    @Override
    public long sweep(long record, Cursor at) {
      long word = RecordLayout.word(record);
      if (!RecordLayout.has(word, RecordLayout.MULTI)) {
        long expiresAtMs = RecordLayout.expiresAtMs(record, word);
        if (expiresAtMs == 0 || expiresAtMs > nowMs) {
          return expiresAtMs;
        }
      }
      long graceMs = memory.options().graceMs();
      StoredRecord before = RawRecord.copy(segments, record).decode(hashOf(record));
      StoredRecord after = before.swept(nowMs, graceMs);
      if (after == before) {
        return before.sweepDueMs(graceMs);
      }
      long key = scratch.key(before.key());
      int result =
          exchange(scratch, key, before.key().length, record, before, after, SpaceFor.REMOVAL);
      if (result != DONE) {
        return before.sweepDueMs(graceMs);
      }
      changed++;
      table.memory().counters().expired(before.dataRecords() - after.dataRecords());
      return after.sweepDueMs(graceMs);
    }
  }

  @Override
  public long evict(long fromHash, long memoryBytes) {
    long before = statistics().memoryBytes();
    long start = later(fromHash, firstHash());
    evictRange(start, lastHash(), before - memoryBytes);
    if (start != firstHash()) {
      evictRange(firstHash(), start - 1, before - memoryBytes);
    }
    return before - statistics().memoryBytes();
  }

  private void evictRange(long first, long last, long downTo) {
    long from = first;
    while (statistics().memoryBytes() > downTo) {
      HashIndex.PageHashes page = hashesOfPage(from);
      for (long hash : sorted(page, from, last)) {
        if (statistics().memoryBytes() <= downTo) {
          return;
        }
        for (StoredRecord record : recordsOf(hash)) {
          change(record.key(), hash, true, held -> StoredRecord.empty(held.key(), held.hash()));
        }
      }
      if (Long.compareUnsigned(page.last(), last) >= 0) {
        return;
      }
      from = page.last() + 1;
    }
  }

  @Override
  public StoreStatistics statistics() {
    return new StoreStatistics(
        counters.records,
        counters.bytes,
        counters.taken,
        closed ? 0 : Math.max(0, counters.buried - reclaimed),
        index.bytes());
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      List<Long> chained = new ArrayList<>();
      index.forEach(
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
      counters.add(-counters.records, -counters.bytes, -counters.taken);
      report();
    } finally {
      lock.unlock();
    }
    memory.forget(table, partition, this);
  }
}
