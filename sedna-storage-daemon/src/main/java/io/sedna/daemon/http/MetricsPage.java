// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.http;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.metrics.HintDrop;
import io.sedna.daemon.metrics.ReplicationMetrics;
import io.sedna.daemon.metrics.StrongMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.function.DoubleSupplier;

/** All metrics of a daemon, read when somebody asks. Thread-safe. */
final class MetricsPage {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final ClusterView view;
  private final PartitionMetrics partitionMetrics;

  /** What a page holds and in which of Prometheus' formats. */
  record Content(String type, byte[] body) {}

  MetricsPage(
      DaemonMetrics metrics,
      StrongMetrics strong,
      Engine engine,
      ClusterView view,
      Readiness readiness) {
    this.view = view;
    this.partitionMetrics = new PartitionMetrics(view, engine);
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
        "sedna_cut_off_connections",
        "Connections closed because their clients took their answers too slowly.",
        metrics::cutOffConnections);
    counter(
        "sedna_requests_on_the_spot",
        "Requests served in place, without the generated code.",
        metrics::servedOnTheSpot);
    counter(
        "sedna_transferred_records",
        "Records that came by filling partitions.",
        metrics::transferredRecords);
    counter(
        "sedna_transferred_bytes",
        "Bytes of records and digests that came by filling partitions.",
        metrics::transferredBytes);
    repair(metrics);
    replication(metrics.replication());
    strong(strong);
    gauge("sedna_connections", "Open connections.", metrics::connections);
    gauge("sedna_transfers", "Partitions being filled here.", metrics::transfersUnderWay);
    gauge(
        "sedna_operations_per_second",
        "Keys read and written a second over the last ten seconds.",
        metrics::operationsPerSecond);
    gauge(
        "sedna_map_epoch",
        "Epoch of the partition map; 0: none.",
        () -> view.map().map(PartitionMap::epoch).orElse(0L));
    gauge("sedna_frozen", "1 while writes are refused.", () -> view.frozen() ? 1 : 0);
    gauge(
        "sedna_ready", "1 while the daemon serves.", () -> readiness.waitsFor().isEmpty() ? 1 : 0);
    gauge(
        "sedna_clock_lead_seconds",
        "How far this clock is ahead of ZooKeeper's, about.",
        () -> metrics.clockLeadMs() / 1000.0);
    partitions();
    registry.register(new MemoryMetrics(engine.budget()));
    registry.register(new TableMetrics(view, engine));
    registry.register(new HotMetrics(view, metrics.keys()));
    JvmMetrics.builder().register(registry);
  }

  /**
   * @param accept what the asker takes, as in HTTP's header; null: anything
   * @param withPartitions whether to tell of each partition too
   */
  Content render(String accept, boolean withPartitions) throws IOException {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    var out = new ByteArrayOutputStream(16 * 1024);
    MetricSnapshots all = registry.scrape();
    if (withPartitions) {
      var more = new ArrayList<MetricSnapshot>();
      all.forEach(more::add);
      partitionMetrics.collect().forEach(more::add);
      all = new MetricSnapshots(more);
    }
    writer.write(out, all);
    return new Content(writer.getContentType(), out.toByteArray());
  }

  private void repair(DaemonMetrics metrics) {
    counter(
        "sedna_repaired_records",
        "Records that repair sent because a replica lacked something of them.",
        metrics::repairedRecords);
    counter(
        "sedna_repair_bytes",
        "Bytes that repair sent in both directions, those of comparisons included.",
        metrics::repairBytes);
    counter(
        "sedna_repair_rounds",
        "Rounds in which this daemon compared the partitions whose primary it is.",
        metrics::repairRounds);
    counter(
        "sedna_repair_failures",
        "Partitions that could not be repaired when it was tried.",
        metrics::repairFailures);
    gauge(
        "sedna_repair_complete_seconds",
        "End of the last round that left all replicas alike, seconds since 1970; 0: none has.",
        () -> metrics.lastRepairRoundMs() / 1000.0);
  }

  private void replication(ReplicationMetrics metrics) {
    counter(
        "sedna_digest_mismatches",
        "Keys of which replicas gave different digests.",
        metrics::digestMismatches);
    counter(
        "sedna_read_repairs",
        "Versions given to replicas that reads found to lack them.",
        metrics::readRepairs);
    counter(
        "sedna_dropped_read_repairs",
        "Repairs that reads saw the need of and that were not made.",
        metrics::droppedReadRepairs);
    gauge("sedna_hints", "Writes kept here for replicas that missed them.", metrics::hintsHeld);
    gauge("sedna_hint_bytes", "Memory that they take.", metrics::hintBytes);
    counter(
        "sedna_hints_handed_over",
        "Writes that replicas got later than others.",
        metrics::hintsHandedOver);
    CounterWithCallback.builder()
        .name("sedna_dropped_hints")
        .help("Writes that a replica missed and that were not kept for it any longer.")
        .labelNames("reason")
        .callback(
            callback -> {
              for (HintDrop reason : HintDrop.values()) {
                callback.call(
                    metrics.droppedHints(reason), reason.name().toLowerCase(java.util.Locale.ROOT));
              }
            })
        .register(registry);
  }

  private void strong(StrongMetrics metrics) {
    gauge(
        "sedna_strong_primaries",
        "Partitions whose primary this daemon is and serves strong tables as.",
        metrics::primaries);
    gauge(
        "sedna_strong_taking_over",
        "Partitions whose primary this daemon is by the map and has yet to become.",
        metrics::takingOver);
    counter("sedna_strong_take_overs", "Partitions taken over.", metrics::takeOvers);
    counter(
        "sedna_strong_unreachable_reports",
        "Replicas reported to the controller because they did not take writes.",
        metrics::unreachableReports);
    gauge("sedna_strong_requests", "Requests whose outcomes are remembered.", metrics::requests);
    gauge("sedna_strong_request_bytes", "Memory that they take.", metrics::requestBytes);
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
}
