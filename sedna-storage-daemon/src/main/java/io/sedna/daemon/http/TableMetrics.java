// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.http;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.StoreStatistics;
import io.sedna.daemon.engine.TableCounters;
import io.sedna.daemon.engine.TableMemory;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What each table of the catalogue takes and does here, those without records here included; all
 * gathered in one pass when somebody asks. Thread-safe.
 */
final class TableMetrics implements MultiCollector {
  private final ClusterView view;
  private final Engine engine;

  TableMetrics(ClusterView view, Engine engine) {
    this.view = view;
    this.engine = engine;
  }

  private static final class Row {
    private final Table table;
    private final TableCounters counters;
    private StoreStatistics primary = StoreStatistics.NOTHING;
    private StoreStatistics all = StoreStatistics.NOTHING;

    Row(Table table, Engine engine) {
      this.table = table;
      counters = engine.memory(table.id()).map(TableMemory::counters).orElseGet(TableCounters::new);
    }

    Labels labels() {
      return Labels.of("table", table.name().toString());
    }

    boolean cache() {
      return table.schema().memory() == MemoryMode.CACHE;
    }
  }

  @Override
  public MetricSnapshots collect() {
    Collection<Row> rows = rows();
    return new MetricSnapshots(
        List.of(
            gauge(
                rows,
                "sedna_table_records",
                "Records of the partitions whose primary is here: the sum over daemons counts each"
                    + " once.",
                row -> row.primary.records()),
            gauge(
                rows,
                "sedna_table_bytes",
                "Bytes of keys and values of the partitions whose primary is here.",
                row -> row.primary.bytes()),
            gauge(
                rows,
                "sedna_table_replica_records",
                "Records of all replicas here.",
                row -> row.all.records()),
            gauge(
                rows,
                "sedna_table_replica_bytes",
                "Bytes of keys and values of all replicas here.",
                row -> row.all.bytes()),
            gauge(
                rows,
                "sedna_table_live_bytes",
                "Memory of the table's records and tombstones, overheads included.",
                row -> row.all.liveBytes()),
            gauge(
                rows,
                "sedna_table_dead_bytes",
                "Memory of the table's records that nothing leads to any more.",
                row -> row.all.deadBytes()),
            gauge(
                rows,
                "sedna_table_index_bytes",
                "Memory of the table's indexes.",
                row -> row.all.indexBytes()),
            gauge(
                rows,
                "sedna_table_quota_bytes",
                "Most memory that the table may take here, live and index; 0: no limit of its own.",
                row -> row.table.schema().maxBytes()),
            counter(
                rows,
                row -> true,
                "sedna_table_expired_records",
                "Records dropped because their time was over.",
                row -> row.counters.expiredRecords()),
            counter(
                rows,
                row -> row.cache() || row.counters.evictedRecords() > 0,
                "sedna_table_evicted_records",
                "Records forgotten to make room.",
                row -> row.counters.evictedRecords()),
            counter(
                rows,
                row -> row.cache() || row.counters.evictedRecords() > 0,
                "sedna_table_evicted_bytes",
                "Memory of records forgotten to make room.",
                row -> row.counters.evictedBytes()),
            counter(
                rows,
                Row::cache,
                "sedna_table_hits",
                "Reads of a cache's replica here that found a record.",
                row -> row.counters.hits()),
            counter(
                rows,
                Row::cache,
                "sedna_table_misses",
                "Reads of a cache's replica here that found none.",
                row -> row.counters.misses())));
  }

  private static MetricSnapshot gauge(
      Collection<Row> rows, String name, String help, ToLongFunction<Row> value) {
    var gauge = GaugeSnapshot.builder().name(name).help(help);
    for (Row row : rows) {
      gauge.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(row.labels())
              .value(value.applyAsLong(row))
              .build());
    }
    return gauge.build();
  }

  private static MetricSnapshot counter(
      Collection<Row> rows,
      Predicate<Row> which,
      String name,
      String help,
      ToLongFunction<Row> value) {
    var counter = CounterSnapshot.builder().name(name).help(help);
    for (Row row : rows) {
      if (which.test(row)) {
        counter.dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(row.labels())
                .value(value.applyAsLong(row))
                .build());
      }
    }
    return counter.build();
  }

  private Collection<Row> rows() {
    Map<Integer, Row> rows = new TreeMap<>();
    for (Table table : view.catalogue().tables()) {
      rows.put(table.id(), new Row(table, engine));
    }
    PartitionMap map = view.map().orElse(null);
    engine.forEach(
        (tableId, partition) -> {
          Row row = rows.get(tableId);
          var store = row == null ? null : engine.find(tableId, partition);
          if (store == null) {
            return;
          }
          StoreStatistics held = store.statistics();
          row.all = row.all.plus(held);
          if (map != null && partition < map.partitions() && isPrimary(map, partition)) {
            row.primary = row.primary.plus(held);
          }
        });
    return rows.values();
  }

  private boolean isPrimary(PartitionMap map, int partition) {
    return map.primary(partition).filter(node -> node.id().equals(view.self())).isPresent();
  }
}
