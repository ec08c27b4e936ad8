// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.http;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.metrics.KeySamples;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The partitions and keys that clients ask this daemon for most. Thread-safe. */
final class HotMetrics implements MultiCollector {
  private static final int SHOWN = 10;

  private final ClusterView view;
  private final KeySamples samples;

  HotMetrics(ClusterView view, KeySamples samples) {
    this.view = view;
    this.samples = samples;
  }

  @Override
  public MetricSnapshots collect() {
    return new MetricSnapshots(List.of(partitions(), keys()));
  }

  private GaugeSnapshot partitions() {
    var gauge =
        GaugeSnapshot.builder()
            .name("sedna_hot_partition_operations_per_second")
            .help("Keys read and written here, of the busiest partitions; estimated.");
    double[] operations = samples.byPartition(view.map().map(PartitionMap::partitions).orElse(1));
    IntStream.range(0, operations.length)
        .boxed()
        .filter(p -> operations[p] > 0)
        .sorted(Comparator.comparingDouble(p -> -operations[p]))
        .limit(SHOWN)
        .forEach(
            p ->
                gauge.dataPoint(
                    GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("partition", Integer.toString(p)))
                        .value(operations[p])
                        .build()));
    return gauge.build();
  }

  private GaugeSnapshot keys() {
    var gauge =
        GaugeSnapshot.builder()
            .name("sedna_hot_key_operations_per_second")
            .help("Reads and writes here of the busiest keys; estimated.");
    for (KeySamples.HotKey hot : samples.hottest(SHOWN)) {
      Table table = view.catalogue().byId(hot.tableId()).orElse(null);
      if (table != null) {
        gauge.dataPoint(
            GaugeDataPointSnapshot.builder()
                .labels(Labels.of("table", table.name().toString(), "key", escaped(hot.key())))
                .value(hot.operationsPerSecond())
                .build());
      }
    }
    return gauge.build();
  }

  /** Printable ASCII as it is; a backslash and every other byte as {@code \xNN}. */
  static String escaped(byte[] key) {
    var text = new StringBuilder(key.length);
    for (byte b : key) {
      if (b >= ' ' && b < 0x7f && b != '\\' && b != '"') {
        text.append((char) b);
      } else {
        text.append(String.format("\\x%02x", b));
      }
    }
    return text.toString();
  }
}
