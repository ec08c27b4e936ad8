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
import io.sedna.daemon.engine.MemoryStatistics;
import io.sedna.daemon.engine.MemoryUse;
import java.util.List;

/** What the memory for records is used for, and what the cleaner does. Thread-safe. */
final class MemoryMetrics implements MultiCollector {
  private final MemoryUse memory;

  MemoryMetrics(MemoryUse memory) {
    this.memory = memory;
  }

  @Override
  public MetricSnapshots collect() {
    MemoryStatistics now = memory.statistics();
    return new MetricSnapshots(
        List.of(
            gauge(
                "sedna_store_memory_bytes",
                "Memory that live records and their index take.",
                memory.usedBytes()),
            gauge(
                "sedna_store_memory_limit_bytes",
                "Memory of those beyond which store tables refuse to grow.",
                memory.limitBytes()),
            uses(now),
            counter(
                "sedna_store_written_bytes",
                "Memory of records that were written, overheads included.",
                now.writtenBytes()),
            counter(
                "sedna_cleaner_moved_bytes",
                "Memory of records that the cleaner moved to keep them.",
                now.movedBytes()),
            counter(
                "sedna_cleaner_freed_segments",
                "Segments that the cleaner freed.",
                now.freedSegments()),
            gauge(
                "sedna_store_write_amplification",
                "Bytes written to memory for each byte of records, since the start.",
                now.writeAmplification())));
  }

  /** The parts add up to the whole. */
  private static MetricSnapshot uses(MemoryStatistics now) {
    return GaugeSnapshot.builder()
        .name("sedna_store_segment_bytes")
        .help("Memory for records and indexes by what it is used for.")
        .dataPoint(use("live", now.liveBytes()))
        .dataPoint(use("dead", now.deadBytes()))
        .dataPoint(use("index", now.indexBytes()))
        .dataPoint(use("free", now.freeBytes()))
        .build();
  }

  private static GaugeDataPointSnapshot use(String use, long bytes) {
    return GaugeDataPointSnapshot.builder().labels(Labels.of("use", use)).value(bytes).build();
  }

  private static MetricSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static MetricSnapshot counter(String name, String help, double value) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
        .build();
  }
}
