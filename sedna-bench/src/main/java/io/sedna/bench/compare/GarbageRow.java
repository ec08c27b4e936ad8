// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.load.Load;
import io.sedna.bench.load.LoadProgress;
import io.sedna.bench.load.LoadResult;
import io.sedna.bench.load.LoadSpec;
import io.sedna.bench.load.LoadTable;
import io.sedna.bench.wire.WireProtocol;
import io.sedna.bench.workload.KeyDistribution;
import io.sedna.bench.workload.OperationMix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Full load for long: what a request leaves on the daemon's heap, and how long it stands still. */
final class GarbageRow implements Row {
  private static final double BYTES_BAR = 64;
  private static final double PAUSE_BAR_MICROS = 10_000;

  @Override
  public String id() {
    return "garbage";
  }

  @Override
  public String description() {
    return "full load: Thrift, 9 gets : 1 put, pipelined " + CompareOptions.BATCH + " deep";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    Path log = bench.workspace().directory().resolve("gc.log");
    String javaOptions = GcLog.JAVA_OPTION + log + GcLog.DECORATIONS;
    try (Server server = bench.servers().sedna(javaOptions, Map.of())) {
      CompareOptions options = bench.options();
      LoadSpec spec =
          Loads.spec(server, WireProtocol.THRIFT, CompareOptions.BATCH, 1, options).toBuilder()
              .mix(OperationMix.readRatio(CompareOptions.READS, KeyDistribution.UNIFORM))
              .build();
      LoadTable.ensure(spec.targets(), spec.table());
      Load.fill(spec, LoadProgress.NONE);
      run(spec, Math.max(1, options.warmupSeconds()));
      long usedAtStart = Jcmd.usedBytes(bench.workspace(), server);
      long fromMs = System.currentTimeMillis();
      bench.progress().say("full load for %d s", options.soakSeconds());
      LoadResult result = run(spec, options.soakSeconds());
      long toMs = System.currentTimeMillis();
      long usedAtEnd = Jcmd.usedBytes(bench.workspace(), server);
      var gc = GcLog.parse(Files.readAllLines(log), fromMs, toMs, usedAtStart, usedAtEnd);
      return lines(result, gc);
    }
  }

  private static LoadResult run(LoadSpec spec, int seconds) throws InterruptedException {
    LoadSpec lasting = spec.toBuilder().durationMs(seconds * 1000L).build();
    return Loads.checked(Load.run(lasting, LoadProgress.NONE, OptionalLong.empty()));
  }

  private List<Line> lines(LoadResult result, GcLog gc) {
    double bytes = (double) gc.allocatedBytes() / Math.max(1, result.requests());
    String what =
        Line.text(
            "%s, %.0f s, %,.0f requests/s",
            description(), result.seconds(), result.requestsPerSecond());
    return List.of(
        line(
            what + ": heap garbage a request",
            Line.text("%.1f bytes (%d collections)", bytes, gc.collections()),
            Line.text("< %.0f bytes", BYTES_BAR),
            bytes < BYTES_BAR),
        line(
            what + ": longest pause",
            Line.text("%.2f ms", gc.longestPauseMicros() / 1e3),
            Line.text("< %.0f ms", PAUSE_BAR_MICROS / 1e3),
            gc.longestPauseMicros() < PAUSE_BAR_MICROS));
  }

  private static Line line(String what, String sedna, String bar, boolean met) {
    return new Line(what, sedna, "", "", bar, met, List.of());
  }
}
