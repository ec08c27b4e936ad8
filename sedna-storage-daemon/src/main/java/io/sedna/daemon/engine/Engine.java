// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * All stores of a daemon, by table id and partition. Thread-safe.
 *
 * <p>It holds whatever it is asked to hold: which partitions those are is the partition map's
 * business, and the caller's.
 */
@InterfaceAudience.Private
public final class Engine {
  private final StoreFactory factory;
  private final MemoryUse budget;
  private final Map<Long, PartitionStore> stores = new ConcurrentHashMap<>();
  private final Map<Integer, TableMemory> memories = new ConcurrentHashMap<>();
  private final AtomicLong drops = new AtomicLong();

  /**
   * @param factory makes empty stores that count against the budget
   */
  public Engine(MemoryUse budget, StoreFactory factory) {
    this.budget = budget;
    this.factory = factory;
  }

  /**
   * The store, made if there is none.
   *
   * @param options for the first store of its table; later ones go by what {@link #configure} said
   */
  public PartitionStore store(int tableId, int partition, StoreOptions options) {
    Long id = id(tableId, partition);
    PartitionStore store = stores.get(id);
    return store != null
        ? store
        : stores.computeIfAbsent(
            id, ignored -> factory.create(tableId, partition, memory(tableId, options)));
  }

  private TableMemory memory(int tableId, StoreOptions options) {
    return memories.computeIfAbsent(tableId, ignored -> new TableMemory(options));
  }

  /** Changes what a table asks of its stores, of those that are there too. */
  public void configure(int tableId, StoreOptions options) {
    memory(tableId, options).configure(options);
  }

  /** What a table may take and takes here; empty where it was neither configured nor written. */
  public Optional<TableMemory> memory(int tableId) {
    return Optional.ofNullable(memories.get(tableId));
  }

  /** The store, or null where nothing was ever written. */
  public PartitionStore find(int tableId, int partition) {
    return stores.get(id(tableId, partition));
  }

  /** How many stores have been dropped: whoever keeps one asks whether that has changed. */
  public long drops() {
    return drops.get();
  }

  public MemoryUse budget() {
    return budget;
  }

  /** Ids of the tables that are known here, by a store or by their options. */
  public Set<Integer> tables() {
    var tables = new TreeSet<>(memories.keySet());
    stores.keySet().forEach(id -> tables.add(tableOf(id)));
    return tables;
  }

  /** Partitions that have a store here. */
  public Set<Integer> partitions() {
    var partitions = new TreeSet<Integer>();
    stores.keySet().forEach(id -> partitions.add(partitionOf(id)));
    return partitions;
  }

  /** Calls with table id and partition of every store, in no order. */
  public void forEach(BiConsumer<Integer, Integer> action) {
    stores.keySet().forEach(id -> action.accept(tableOf(id), partitionOf(id)));
  }

  public void dropTable(int tableId) {
    drop((table, partition) -> table == tableId);
    memories.remove(tableId);
  }

  public void dropPartition(int dropped) {
    drop((table, partition) -> partition == dropped);
  }

  /** Forgets one table's records of one partition. */
  public void dropStore(int tableId, int partition) {
    drop((table, p) -> table == tableId && p == partition);
  }

  private void drop(BiPredicate<Integer, Integer> which) {
    for (Map.Entry<Long, PartitionStore> entry : stores.entrySet()) {
      if (which.test(tableOf(entry.getKey()), partitionOf(entry.getKey()))
          && stores.remove(entry.getKey(), entry.getValue())) {
        drops.incrementAndGet();
        entry.getValue().close();
      }
    }
  }

  /** Says which tombstones a store may drop once their time is over. */
  public interface TombstoneLimit {
    /** Those of this timestamp and later stay. */
    long tombstonesBefore(int tableId, int partition);
  }

  /**
   * Drops what has expired in all stores. Long work: not for event loops.
   *
   * @return records that were changed
   */
  public int sweep(TombstoneLimit limit) {
    int changed = 0;
    for (Map.Entry<Long, PartitionStore> entry : stores.entrySet()) {
      int tableId = tableOf(entry.getKey());
      int partition = partitionOf(entry.getKey());
      changed += entry.getValue().sweep(limit.tombstonesBefore(tableId, partition));
    }
    return changed;
  }

  /** As {@link #sweep(TombstoneLimit)}, of single copies. */
  public int sweep() {
    return sweep((tableId, partition) -> Long.MAX_VALUE);
  }

  /** Memory on the heap that digests take. */
  public long digestBytes() {
    long bytes = 0;
    for (PartitionStore store : stores.values()) {
      bytes += store.digestBytes();
    }
    return bytes;
  }

  /** Of all stores together. */
  public StoreStatistics statistics() {
    var total = StoreStatistics.NOTHING;
    for (PartitionStore store : stores.values()) {
      total = total.plus(store.statistics());
    }
    return total;
  }

  /** Of the stores of the given table ids and partitions together. */
  public StoreStatistics statistics(BiPredicate<Integer, Integer> which) {
    var total = StoreStatistics.NOTHING;
    for (Map.Entry<Long, PartitionStore> entry : stores.entrySet()) {
      if (which.test(tableOf(entry.getKey()), partitionOf(entry.getKey()))) {
        total = total.plus(entry.getValue().statistics());
      }
    }
    return total;
  }

  private static long id(int tableId, int partition) {
    return (long) tableId << 32 | partition;
  }

  private static int tableOf(long id) {
    return (int) (id >>> 32);
  }

  private static int partitionOf(long id) {
    return (int) id;
  }
}
