// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.admin;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.StoreStatistics;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.thrift.generated.NodeStatistics;
import io.sedna.thrift.generated.TableMemory;
import io.sedna.thrift.generated.TableStatistics;
import io.sedna.thrift.peer.PartitionLoads;
import io.sedna.thrift.peer.PeerStatistics;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.classification.InterfaceAudience;

/** This daemon's part of the statistics. Thread-safe. */
@InterfaceAudience.Private
public final class LocalStatistics {
  private final ClusterView view;
  private final Engine engine;
  private final DaemonMetrics metrics;
  private final WallClock clock;
  private final long startedAtMs;

  public LocalStatistics(ClusterView view, Engine engine, DaemonMetrics metrics, WallClock clock) {
    this.view = view;
    this.engine = engine;
    this.metrics = metrics;
    this.clock = clock;
    this.startedAtMs = clock.millis();
  }

  long startedAtMs() {
    return startedAtMs;
  }

  PeerStatistics get() {
    StoreStatistics all = engine.statistics();
    Runtime runtime = Runtime.getRuntime();
    var node =
        new NodeStatistics(
            view.self().value(),
            all.records(),
            all.bytes(),
            runtime.totalMemory() - runtime.freeMemory(),
            runtime.maxMemory(),
            metrics.reads(),
            metrics.writes(),
            metrics.scans(),
            metrics.failures(),
            metrics.operationsPerSecond(),
            metrics.connections(),
            clock.millis() - startedAtMs);
    node.setMemoryUsedBytes(engine.budget().usedBytes());
    node.setMemoryLimitBytes(engine.budget().limitBytes());
    return new PeerStatistics(node, primaryTables()).setMemory(memory());
  }

  /** What partitions weigh here, for the controller. */
  PartitionLoads loads() {
    var loads =
        new PartitionLoads(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    PartitionMap map = view.map().orElse(null);
    if (map == null) {
      return loads;
    }
    BitSet primaries = primaries(map);
    long[] records = new long[map.partitions()];
    long[] bytes = new long[map.partitions()];
    engine.forEach(
        (tableId, partition) -> {
          var store = primaries.get(partition) ? engine.find(tableId, partition) : null;
          if (store != null) {
            StoreStatistics held = store.statistics();
            records[partition] += held.records();
            bytes[partition] += held.bytes();
          }
        });
    double[] operations = metrics.keys().byPartition(map.partitions());
    for (int p = 0; p < map.partitions(); p++) {
      if (records[p] > 0 || operations[p] > 0) {
        loads.addToPartitions(p);
        loads.addToRecords(records[p]);
        loads.addToBytes(bytes[p]);
        loads.addToOperationsPerSecond((int) operations[p]);
      }
    }
    return loads;
  }

  /** Of all replicas here. */
  private Map<String, TableMemory> memory() {
    Map<Integer, StoreStatistics> byTable = new HashMap<>();
    engine.forEach(
        (tableId, partition) -> {
          var store = engine.find(tableId, partition);
          if (store != null) {
            byTable.merge(tableId, store.statistics(), StoreStatistics::plus);
          }
        });
    var memory = new HashMap<String, TableMemory>();
    for (Table table : view.catalogue().tables()) {
      StoreStatistics held = byTable.getOrDefault(table.id(), StoreStatistics.NOTHING);
      engine
          .memory(table.id())
          .map(io.sedna.daemon.engine.TableMemory::counters)
          .ifPresent(
              counters ->
                  memory.put(
                      table.name().toString(),
                      new TableMemory(
                          held.liveBytes(),
                          held.deadBytes(),
                          held.indexBytes(),
                          counters.evictedRecords(),
                          counters.expiredRecords(),
                          counters.hits(),
                          counters.misses())));
    }
    return memory;
  }

  private ArrayList<TableStatistics> primaryTables() {
    BitSet primaries = view.map().map(this::primaries).orElseGet(BitSet::new);
    Map<Integer, StoreStatistics> byTable = new HashMap<>();
    engine.forEach(
        (tableId, partition) -> {
          var store = primaries.get(partition) ? engine.find(tableId, partition) : null;
          if (store != null) {
            byTable.merge(tableId, store.statistics(), StoreStatistics::plus);
          }
        });
    var tables = new ArrayList<TableStatistics>();
    for (Table table : view.catalogue().tables()) {
      StoreStatistics sum = byTable.getOrDefault(table.id(), StoreStatistics.NOTHING);
      tables.add(new TableStatistics(table.name().toString(), sum.records(), sum.bytes()));
    }
    return tables;
  }

  private BitSet primaries(PartitionMap map) {
    var mine = new BitSet(map.partitions());
    for (int p = 0; p < map.partitions(); p++) {
      mine.set(p, map.primary(p).filter(node -> node.id().equals(view.self())).isPresent());
    }
    return mine;
  }
}
