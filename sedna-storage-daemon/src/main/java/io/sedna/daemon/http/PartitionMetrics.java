// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.http;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.StoreStatistics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What each replica here takes: as many lines as there are tables times partitions, so only for
 * those who ask for them. Thread-safe.
 */
final class PartitionMetrics implements MultiCollector {
  private final ClusterView view;
  private final Engine engine;

  PartitionMetrics(ClusterView view, Engine engine) {
    this.view = view;
    this.engine = engine;
  }

  private record Row(String table, int partition, StoreStatistics held) {}

  @Override
  public MetricSnapshots collect() {
    List<Row> rows = rows();
    return new MetricSnapshots(
        List.of(
            gauge(rows, "records", "Records of a replica here.", StoreStatistics::records),
            gauge(rows, "bytes", "Bytes of their keys and values.", StoreStatistics::bytes),
            gauge(
                rows,
                "live_bytes",
                "Memory of a replica's records and tombstones.",
                StoreStatistics::liveBytes),
            gauge(
                rows,
                "dead_bytes",
                "Memory of a replica's records that nothing leads to any more.",
                StoreStatistics::deadBytes),
            gauge(
                rows, "index_bytes", "Memory of a replica's index.", StoreStatistics::indexBytes)));
  }

  private static MetricSnapshot gauge(
      List<Row> rows, String name, String help, ToLongFunction<StoreStatistics> value) {
    var gauge = GaugeSnapshot.builder().name("sedna_partition_" + name).help(help);
    for (Row row : rows) {
      gauge.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(
                  Labels.of("table", row.table(), "partition", Integer.toString(row.partition())))
              .value(value.applyAsLong(row.held()))
              .build());
    }
    return gauge.build();
  }

  private List<Row> rows() {
    var rows = new ArrayList<Row>();
    engine.forEach(
        (tableId, partition) -> {
          Table table = view.catalogue().byId(tableId).filter(t -> !t.restoring()).orElse(null);
          var store = table == null ? null : engine.find(tableId, partition);
          if (store != null) {
            rows.add(new Row(table.name().toString(), partition, store.statistics()));
          }
        });
    rows.sort(Comparator.comparing(Row::table).thenComparing(Row::partition));
    return rows;
  }
}
