// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.TableMemory;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The short way to one table's records, where a call concerns nothing but this daemon's memory:
 * reads of one replica that is here, and writes of partitions whose only replica is here. Whatever
 * else there is goes through the {@link Coordinator}, which also tells what is wrong where
 * something is.
 *
 * <p>It holds for one partition map, one catalogue and one state of freezing; {@link
 * LocalTables#find} gives one that is good now. Somebody who has written asks {@link #current}
 * afterwards: if the answer is no, a new replica may have missed the write, and the same write,
 * with the same version, must go through the coordinator. Thread-safe; nothing is allocated.
 */
@InterfaceAudience.Private
public final class LocalTable {
  /** What may be done to a partition by the short way. */
  private static final byte NOTHING = 0;

  private static final byte READ = 1;
  private static final byte WRITE = 2;

  private final LocalTables.Basis basis;
  private final Table table;
  private final KeyHash hash;
  private final Engine engine;
  private final byte[] access;
  private final AtomicReferenceArray<PartitionStore> stores;
  private final int shift;

  /** Reads and writes of clients may go the short way. */
  private final boolean usable;

  /** Coordinators' writes may. */
  private final boolean takesReplicas;

  LocalTable(LocalTables.Basis basis, Table table, Engine engine) {
    PartitionMap map = basis.seen().map();
    this.basis = basis;
    this.table = table;
    this.engine = engine;
    this.hash = KeyHash.ofTable(table.id());
    this.access = new byte[map.partitions()];
    this.stores = new AtomicReferenceArray<>(map.partitions());
    this.shift = Long.SIZE - Integer.numberOfTrailingZeros(map.partitions());
    this.usable = basis.serves(table);
    this.takesReplicas = table.schema().consistency() == ConsistencyMode.EVENTUAL;
    for (int p = 0; p < access.length; p++) {
      access[p] = usable ? access(basis, table, p) : NOTHING;
    }
  }

  private static byte access(LocalTables.Basis basis, Table table, int partition) {
    MapTracker.Seen seen = basis.seen();
    ReplicaState own = seen.own()[partition];
    if (own == null || !own.servesEventual()) {
      return NOTHING;
    }
    byte access = NOTHING;
    if (table.schema().readQuorum() == 1 && basis.counts(table, partition)) {
      access |= READ;
    }
    // One copy is no two, however few there are.
    if (table.schema().writeQuorum() == 1
        && seen.map().replicaCount(partition) == 1
        && !basis.frozen()) {
      access |= WRITE;
    }
    return access;
  }

  public Table table() {
    return table;
  }

  /** Epoch of the map that this goes by. A caller who goes by an older one is to be told so. */
  public long epoch() {
    return basis.seen().epoch();
  }

  /** What the table may take and takes of this daemon's memory; empty: it was never told of. */
  public Optional<TableMemory> memory() {
    return engine.memory(table.id());
  }

  public KeyHash hash() {
    return hash;
  }

  /** The partition that a hash belongs to. */
  public int partition(long keyHash) {
    return shift == Long.SIZE ? 0 : (int) (keyHash >>> shift);
  }

  public int partitions() {
    return access.length;
  }

  /** First hash of a partition. */
  public long firstHash(int partition) {
    return shift == Long.SIZE ? 0 : (long) partition << shift;
  }

  /** Last hash of a partition. */
  public long lastHash(int partition) {
    return shift == Long.SIZE ? -1L : firstHash(partition) | ((1L << shift) - 1);
  }

  /** Where to read a key of this hash; null: not by the short way. */
  public PartitionStore readable(long keyHash) {
    int partition = partition(keyHash);
    return (access[partition] & READ) == 0 ? null : store(partition);
  }

  /** Where to write a key of this hash; null: not by the short way. */
  public PartitionStore writable(long keyHash) {
    int partition = partition(keyHash);
    return (access[partition] & WRITE) == 0 ? null : store(partition);
  }

  /**
   * Whether writes that are not for this daemon alone may go to the coordinator without further
   * questions.
   */
  public boolean coordinates() {
    return usable && !basis.frozen();
  }

  /**
   * Where a replica of an eventual table takes a coordinator's write.
   *
   * @param epoch of the coordinator's map
   * @return null: not by the short way
   */
  public PartitionStore replica(long keyHash, long epoch) {
    int partition = partition(keyHash);
    MapTracker.Seen seen = basis.seen();
    ReplicaState state = seen.own()[partition];
    return takesReplicas
            && state != null
            && state != ReplicaState.LOADING
            && epoch >= seen.addedAt()[partition]
        ? store(partition)
        : null;
  }

  private PartitionStore store(int partition) {
    PartitionStore store = stores.getPlain(partition);
    if (store == null) {
      store = engine.store(table.id(), partition, TableSettings.options(table));
      stores.setRelease(partition, store);
    }
    return store;
  }

  /** Whether what this goes by still is the newest. */
  public boolean current() {
    return basis.current();
  }
}
