// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.load.Load;
import io.sedna.bench.load.LoadProgress;
import io.sedna.bench.load.LoadSpec;
import io.sedna.bench.load.LoadTable;
import io.sedna.bench.wire.WireProtocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Memory of many small records beyond their keys and values, everything counted. */
final class MemoryRow implements Row {
  private static final double BAR = 40;
  private static final int RECORD_BYTES = CompareOptions.KEY_BYTES + CompareOptions.VALUE_BYTES;

  /** Enough for the records with all that any of the servers puts beside them. */
  private static final int ROOM_PER_RECORD = RECORD_BYTES + 150;

  private static final int LEAST_MB = 256;

  /** What the collector and Redis' background tasks do after a load. */
  private static final long SETTLE_MS = 3_000;

  /**
   * The heap is resident from the start, so that what garbage touches of it is not counted; what
   * lives on it is added.
   */
  private static final String HEAP = "-Xms512m -Xmx512m -XX:+AlwaysPreTouch";

  @Override
  public String id() {
    return "memory";
  }

  @Override
  public String description() {
    return "memory a record beyond key and value";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    long records = bench.options().records();
    int roomMb = Math.max(LEAST_MB, Math.toIntExact(records * ROOM_PER_RECORD >> 20));
    var settings = Map.of("sedna.store.memory.mb", Integer.toString(roomMb));
    double sedna;
    try (Server server = bench.servers().sedna(HEAP, settings)) {
      sedna = measure(bench, server, WireProtocol.THRIFT);
    }
    var others = new ArrayList<String>();
    try (Server server = bench.servers().memcached(2, roomMb)) {
      others.add(
          Line.text("%s: %.1f", "memcached", measure(bench, server, WireProtocol.MEMCACHED)));
    }
    try (Server server = bench.servers().redis()) {
      others.add(Line.text("%s: %.1f", "Redis", measure(bench, server, WireProtocol.REDIS)));
    }
    return List.of(
        new Line(
            Line.text(
                "%s, %,d records of %d + %d bytes",
                description(), records, CompareOptions.KEY_BYTES, CompareOptions.VALUE_BYTES),
            Line.text("%.1f bytes", sedna),
            String.join("; ", others),
            "",
            Line.text("≤ %.0f bytes", BAR),
            sedna <= BAR,
            List.of()));
  }

  private static double measure(Bench bench, Server server, WireProtocol protocol)
      throws IOException, InterruptedException {
    LoadSpec spec =
        Loads.spec(server, protocol, 1, 1, bench.options()).toBuilder()
            .keys(bench.options().records())
            .build();
    if (protocol == WireProtocol.THRIFT) {
      LoadTable.ensure(spec.targets(), spec.table());
    }
    Thread.sleep(SETTLE_MS);
    long empty = takenBytes(bench, server, protocol);
    Load.fill(spec, LoadProgress.NONE);
    Thread.sleep(SETTLE_MS);
    long full = takenBytes(bench, server, protocol);
    double bytes = (double) (full - empty) / spec.keys() - RECORD_BYTES;
    bench
        .progress()
        .say(
            "%s: %,d MiB empty, %,d MiB full, %.1f bytes a record beyond key and value",
            server.name(), empty >> 20, full >> 20, bytes);
    return bytes;
  }

  private static long takenBytes(Bench bench, Server server, WireProtocol protocol)
      throws IOException, InterruptedException {
    long heap = protocol == WireProtocol.THRIFT ? Jcmd.liveBytes(bench.workspace(), server) : 0;
    return server.usage().residentBytes() + heap;
  }
}
