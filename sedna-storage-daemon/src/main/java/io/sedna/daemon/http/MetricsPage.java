// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.http;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoreStatistics;
import io.sedna.daemon.metrics.DaemonMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/** All metrics of a daemon, read when somebody asks. Thread-safe. */
final class MetricsPage {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final ClusterView view;
  private final Engine engine;

  /** What a page holds and in which of Prometheus' formats. */
  record Content(String type, byte[] body) {}

  MetricsPage(DaemonMetrics metrics, Engine engine, ClusterView view, Readiness readiness) {
    this.view = view;
    this.engine = engine;
    counter("sedna_reads", "Keys that clients read here.", metrics::reads);
    counter("sedna_writes", "Keys that clients wrote here.", metrics::writes);
    counter("sedna_scans", "Scan calls of clients.", metrics::scans);
    counter("sedna_failures", "Calls answered with an error.", metrics::failures);
    counter("sedna_requests", "Requests of clients and peers.", metrics::requests);
    counter("sedna_received_bytes", "Bytes of requests.", metrics::bytesReceived);
    counter("sedna_sent_bytes", "Bytes of answers.", metrics::bytesSent);
    counter("sedna_protocol_errors", "Frames that were no message.", metrics::protocolErrors);
    counter(
        "sedna_refused_connections",
        "Connections closed because there were too many.",
        metrics::refusedConnections);
    counter(
        "sedna_transferred_records",
        "Records that came by filling partitions.",
        metrics::transferredRecords);
    gauge("sedna_connections", "Open connections.", metrics::connections);
    gauge("sedna_transfers", "Partitions being filled here.", metrics::transfersUnderWay);
    gauge(
        "sedna_operations_per_second",
        "Keys read and written a second over the last ten seconds.",
        metrics::operationsPerSecond);
    gauge(
        "sedna_store_memory_bytes",
        "Estimate of the memory that records take.",
        () -> engine.budget().usedBytes());
    gauge(
        "sedna_store_memory_limit_bytes",
        "Memory beyond which store tables refuse writes.",
        () -> engine.budget().limitBytes());
    gauge(
        "sedna_map_epoch",
        "Epoch of the partition map; 0: none.",
        () -> view.map().map(PartitionMap::epoch).orElse(0L));
    gauge("sedna_frozen", "1 while writes are refused.", () -> view.frozen() ? 1 : 0);
    gauge(
        "sedna_ready", "1 while the daemon serves.", () -> readiness.waitsFor().isEmpty() ? 1 : 0);
    partitions();
    tables(
        "sedna_table_records",
        "Records of the partitions whose primary is here: the sum over daemons counts each once.",
        statistics -> statistics.primary.records());
    tables(
        "sedna_table_bytes",
        "Bytes of keys and values of the partitions whose primary is here.",
        statistics -> statistics.primary.bytes());
    tables(
        "sedna_table_replica_records",
        "Records of all replicas here.",
        statistics -> statistics.all.records());
    tables(
        "sedna_table_replica_bytes",
        "Bytes of keys and values of all replicas here.",
        statistics -> statistics.all.bytes());
    JvmMetrics.builder().register(registry);
  }

  /**
   * @param accept what the asker takes, as in HTTP's header; null: anything
   */
  Content render(String accept) throws IOException {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    var out = new ByteArrayOutputStream(16 * 1024);
    writer.write(out, registry.scrape());
    return new Content(writer.getContentType(), out.toByteArray());
  }

  private void counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  private void partitions() {
    GaugeWithCallback.builder()
        .name("sedna_partitions")
        .help("Partitions with a replica here, by its state, and those whose primary is here.")
        .labelNames("state")
        .callback(
            callback -> {
              int[] counts = new int[ReplicaState.values().length];
              int primaries = 0;
              PartitionMap map = view.map().orElse(null);
              for (int p = 0; map != null && p < map.partitions(); p++) {
                map.replicaOn(p, view.self()).ifPresent(state -> counts[state.ordinal()]++);
                primaries += isPrimary(map, p) ? 1 : 0;
              }
              for (ReplicaState state : ReplicaState.values()) {
                callback.call(
                    counts[state.ordinal()], state.name().toLowerCase(java.util.Locale.ROOT));
              }
              callback.call(primaries, "primary");
            })
        .register(registry);
  }

  private boolean isPrimary(PartitionMap map, int partition) {
    return map.primary(partition).filter(node -> node.id().equals(view.self())).isPresent();
  }

  private static final class TableStatistics {
    StoreStatistics primary = StoreStatistics.NOTHING;
    StoreStatistics all = StoreStatistics.NOTHING;
  }

  private void tables(String name, String help, ToDoubleFunction<TableStatistics> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("table")
        .callback(
            callback ->
                byTable()
                    .forEach(
                        (table, statistics) ->
                            callback.call(value.applyAsDouble(statistics), table)))
        .register(registry);
  }

  /** Tables of the catalogue, those without records here included. */
  private Map<String, TableStatistics> byTable() {
    var byTable = new HashMap<String, TableStatistics>();
    view.catalogue()
        .tables()
        .forEach(table -> byTable.put(table.name().toString(), new TableStatistics()));
    PartitionMap map = view.map().orElse(null);
    engine.forEach(
        (tableId, partition) -> {
          Optional<Table> table = view.catalogue().byId(tableId).filter(t -> !t.restoring());
          PartitionStore store = engine.find(tableId, partition);
          if (table.isEmpty() || store == null) {
            return;
          }
          TableStatistics statistics =
              byTable.computeIfAbsent(
                  table.get().name().toString(), ignored -> new TableStatistics());
          StoreStatistics held = store.statistics();
          statistics.all = statistics.all.plus(held);
          if (map != null && partition < map.partitions() && isPrimary(map, partition)) {
            statistics.primary = statistics.primary.plus(held);
          }
        });
    return byTable;
  }
}
