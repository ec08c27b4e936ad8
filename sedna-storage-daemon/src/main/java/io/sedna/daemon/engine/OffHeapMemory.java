// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.hash.KeyHash;
import io.sedna.daemon.engine.index.ChunkPool;
import io.sedna.daemon.engine.log.RecordLog;
import io.sedna.daemon.engine.log.SegmentTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The memory of all stores of a daemon: a fixed number of bytes outside the heap for records and
 * their indexes. It makes the stores, and says what still has room. Thread-safe.
 *
 * <p>Where a table that is a store may grow is decided by what is live, not by what is free: dead
 * records are made room of by the cleaner, for which writers wait a moment if they have to.
 */
@InterfaceAudience.Private
public final class OffHeapMemory implements StoreFactory, MemoryUse, AutoCloseable {
  private static final int MAX_TABLES = 1 << 16;
  private static final int MAX_HEADS = 4;

  /** Part of the memory that only removals may take: their tombstones can be the larger records. */
  private static final int REMOVAL_SHARE_DIVISOR = 32;

  /** Longest that one write waits for the cleaner. */
  private static final long MAX_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Options options;
  private final SegmentTable segments;
  private final ChunkPool chunks;
  private final long limitBytes;
  private final long removalLimitBytes;
  private final int headCount;
  private final RecordLog storeLog;
  private final LogCleaner cleaner;

  private final Map<Integer, TableSlot> tables = new HashMap<>(); // under this object's monitor
  private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>(); // under the monitor
  private volatile TableSlot[] slots = new TableSlot[0]; // written under the monitor

  private volatile long goneWrittenBytes; // written under the monitor: of tables that are gone

  /** Bytes that may be added before the sum has to be made again, and when that was made. */
  private volatile long roomBytes;

  private volatile long roomAt = -1;

  /**
   * What a memory is made of.
   *
   * @param totalBytes of records and index
   * @param segmentBytes size of a segment where the total is large enough for many
   * @param utilisation part of the total that live records and the index may take
   * @param partitionBits first bits of a hash that choose its partition; all records of a store
   *     have them in common
   * @param clockMs milliseconds since 1970
   * @param graceMs how long an expired value goes on hiding older ones
   * @param hashers hash function of each table id
   */
  public record Options(
      long totalBytes,
      int segmentBytes,
      double utilisation,
      int partitionBits,
      LongSupplier clockMs,
      long graceMs,
      IntFunction<KeyHasher> hashers) {
    /** With the hash function that routes. */
    public static IntFunction<KeyHasher> routingHash() {
      return tableId -> KeyHash.ofTable(tableId)::hash;
    }
  }

  public OffHeapMemory(Options options) {
    this.options = options;
    segments = new SegmentTable(options.totalBytes(), options.segmentBytes());
    chunks = new ChunkPool(segments);
    int affordable = Integer.highestOneBit(Math.max(1, segments.count() / 64));
    int useful = Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1);
    headCount = Math.min(MAX_HEADS, Math.min(affordable, useful));
    storeLog = new RecordLog(segments, 0, headCount, false);
    int working = SegmentTable.reserved() + headCount + RecordLog.GENERATIONS + 1;
    long most = (long) (segments.count() - working) * segments.segmentBytes();
    limitBytes =
        Math.min(
            (long) (segments.totalBytes() * options.utilisation()),
            most - most / REMOVAL_SHARE_DIVISOR);
    removalLimitBytes = limitBytes + (most - limitBytes) / 2;
    cleaner = new LogCleaner(this, working);
  }

  @Override
  public synchronized PartitionStore create(int tableId, int partition, TableMemory memory) {
    TableSlot table = tables.get(tableId);
    if (table == null) {
      table = newTable(tableId, memory);
    }
    var store = new OffHeapPartitionStore(this, table, partition);
    table.add(place(partition), store);
    return store;
  }

  private TableSlot newTable(int tableId, TableMemory memory) {
    // As late as possible: dead records of the table that had it last may still be about.
    int slot =
        slots.length < MAX_TABLES || freeSlots.isEmpty() ? slots.length : freeSlots.pollFirst();
    if (slot == MAX_TABLES) {
      throw new IllegalStateException("too many tables: " + slot);
    }
    var table =
        new TableSlot(
            tableId,
            slot,
            options.hashers().apply(tableId),
            storeLog,
            new RecordLog(segments, 2 * slot + 1, 1, true),
            new RecordLog(segments, 2 * slot + 2, 1, true),
            memory,
            1 << options.partitionBits());
    TableSlot[] changed = Arrays.copyOf(slots, Math.max(slots.length, slot + 1));
    changed[slot] = table;
    slots = changed;
    tables.put(tableId, table);
    return table;
  }

  private int place(int partition) {
    return partition & (1 << options.partitionBits()) - 1;
  }

  /** A store that was closed. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the monitor.
  synchronized void forget(TableSlot table, int partition, OffHeapPartitionStore store) {
    table.remove(place(partition), store);
    if (table.isEmpty() && tables.remove(table.tableId(), table)) {
      TableSlot[] changed = slots.clone();
      changed[table.slot()] = null;
      slots = changed;
      freeSlots.addLast(table.slot());
      cleaner.retire(table);
      goneWrittenBytes += table.probationLog().writtenBytes() + table.mainLog().writtenBytes();
    }
  }

  /** The table of a slot, or null. */
  TableSlot table(int slot) {
    TableSlot[] all = slots;
    return slot < all.length ? all[slot] : null;
  }

  Options options() {
    return options;
  }

  SegmentTable segments() {
    return segments;
  }

  ChunkPool chunks() {
    return chunks;
  }

  /** The table whose cache a segment is of; null: it is of the log of stores, or of none now. */
  TableSlot cacheOf(int segment) {
    int number = segments.owner(segment);
    return number == 0 ? null : table((number - 1) / 2);
  }

  /** The log that a segment of records is of. */
  RecordLog logOf(int segment) {
    TableSlot table = cacheOf(segment);
    if (table == null) {
      return storeLog;
    }
    RecordLog main = table.mainLog();
    return segments.owner(segment) == main.number() ? main : table.probationLog();
  }

  /** All tables. */
  List<TableSlot> tables() {
    var all = new ArrayList<TableSlot>();
    for (TableSlot table : slots) {
      if (table != null) {
        all.add(table);
      }
    }
    return all;
  }

  /** All tables that are caches. */
  List<TableSlot> caches() {
    var caches = new ArrayList<TableSlot>();
    for (TableSlot table : slots) {
      if (table != null && table.cache()) {
        caches.add(table);
      }
    }
    return caches;
  }

  /** Of stores, and two of each table. */
  List<RecordLog> logs() {
    var logs = new ArrayList<RecordLog>();
    logs.add(storeLog);
    for (TableSlot table : slots) {
      if (table != null) {
        logs.add(table.probationLog());
        logs.add(table.mainLog());
      }
    }
    return logs;
  }

  RecordLog storeLog() {
    return storeLog;
  }

  @Override
  public long limitBytes() {
    return limitBytes;
  }

  @Override
  public long usedBytes() {
    return storeLog.liveBytes()
        + (long) segments.chainSegments() * segments.segmentBytes()
        + chunks.usedBytes();
  }

  @Override
  public MemoryStatistics statistics() {
    long live = 0;
    for (TableSlot table : slots) {
      live += table == null ? 0 : table.memory().usedBytes();
    }
    live -= chunks.usedBytes();
    long index = (long) segments.indexSegments() * segments.segmentBytes();
    long free = (long) segments.freeCount() * segments.segmentBytes();
    long dead = Math.max(0, segments.totalBytes() - live - index - free);
    long written = goneWrittenBytes + logs().stream().mapToLong(RecordLog::writtenBytes).sum();
    return new MemoryStatistics(
        segments.totalBytes(),
        live,
        dead,
        index,
        free,
        written,
        cleaner.movedBytes(),
        cleaner.freedSegments());
  }

  /** Bytes that count against the limit: of an index, all that it has taken from the records. */
  private long committedBytes() {
    return storeLog.liveBytes()
        + (long) (segments.chainSegments() + segments.indexSegments()) * segments.segmentBytes();
  }

  /**
   * Whether live records may grow by so many bytes.
   *
   * <p>The sum is made again after each segment that was given out. Between, all heads together
   * cannot have added more than a segment each; only near the limit is it made each time.
   */
  boolean admits(long growth) {
    if (growth <= 0) {
      return true;
    }
    long clock = segments.clock();
    if (roomAt != clock) {
      roomBytes = limitBytes - committedBytes();
      roomAt = clock;
    }
    return growth + (headCount + 1L) * segments.segmentBytes() <= roomBytes
        || committedBytes() + growth <= limitBytes;
  }

  /** As {@link #admits}, for removals. */
  boolean admitsRemoval(long growth) {
    return admits(growth) || committedBytes() + growth <= removalLimitBytes;
  }

  /** When a write that begins now gives up waiting for room. */
  static long deadlineNs() {
    return System.nanoTime() + MAX_WAIT_NS;
  }

  /**
   * Waits until the cleaner has made room, or makes it where there is no thread that does.
   *
   * @param wanted segments that must be free beside those that are reserved
   * @return false: there is none, and it is no use trying again
   */
  boolean makeRoom(int wanted, long deadlineNs) {
    return cleaner.makeRoom(wanted, deadlineNs);
  }

  /** Lets a cache that takes more than its quota forget something. */
  boolean evict(TableSlot table) {
    return cleaner.evictNow(table);
  }

  /** Lets the cleaner look whether a table takes more than its quota. */
  void overQuota() {
    cleaner.wake();
  }

  /** Lets a writer do its share of the cleaning where the cleaner alone is too slow. */
  void helpCleaning() {
    if (segments.freeCount() < cleaner.helpMark()) {
      cleaner.help();
    }
  }

  /** Whether the next write finds a free segment if it needs one. */
  boolean hasRoom() {
    return segments.freeCount() > SegmentTable.reserved();
  }

  /** Lets a thread clean from now on. Without it, writers that find no room clean themselves. */
  public OffHeapMemory start(String name) {
    cleaner.start(name);
    return this;
  }

  /** Cleans what is best cleaned now, for tests; answers whether anything was freed. */
  boolean cleanNow() {
    return cleaner.cleanNow();
  }

  /** Stops the cleaner. The memory itself goes when nothing can reach it any more. */
  @Override
  public void close() {
    cleaner.close();
  }
}
