// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import io.sedna.bench.cli.OptionChecks;
import io.sedna.client.PutEntry;
import io.sedna.client.Record;
import io.sedna.client.ScanSpec;
import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.client.WriteResult;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes many records in batches, reads them back by a scan, checks each, and says how fast. */
@Command(
    name = "bulk",
    description = "Write records through multiPut and read them back through scan.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
@InterfaceAudience.Private
public final class BulkBench implements Callable<Integer> {
  private static final String TABLE = "bench.bulk";

  /** A machine that is busy with other things makes the figure low, not the run fail. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Batches under way: one is made while others are on the wire and in the daemons. */
  private static final int BATCHES_UNDER_WAY = 4;

  @Option(names = "--records", defaultValue = "1000000", description = "${DEFAULT-VALUE}")
  private int records;

  @Option(names = "--value-bytes", defaultValue = "100", description = "${DEFAULT-VALUE}")
  private int valueBytes;

  @Option(
      names = "--daemons",
      defaultValue = "3",
      description = "Daemons in this process; ${DEFAULT-VALUE}")
  private int daemons;

  @Option(
      names = "--batch",
      defaultValue = "5000",
      description = "Records in one multiPut; ${DEFAULT-VALUE}")
  private int batch;

  @Option(
      names = "--bootstrap",
      description =
          "Measure a running instance, host:port[,...], instead of daemons in this process")
  private String bootstrap;

  @Option(names = "--json", description = "One line of JSON instead of the report")
  private boolean json;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    var checks = new OptionChecks(spec);
    checks.atLeast("--records", records, 1);
    checks.atLeast("--daemons", daemons, 1);
    checks.atLeast("--batch", batch, 1);
    checks.within("--value-bytes", valueBytes, 0, Limits.MAX_VALUE_BYTES);
    BulkReport report;
    if (bootstrap != null) {
      report = measure(bootstrap);
    } else {
      try (var instance = LocalInstance.start(daemons)) {
        report = measure(instance.bootstrap());
      }
    }
    var out = spec.commandLine().getOut();
    if (json) {
      report.printJson(out);
    } else {
      report.print(out);
    }
    return 0;
  }

  private BulkReport measure(String addresses) throws InterruptedException {
    try (SednaClient client =
        SednaClient.builder()
            .bootstrap(addresses)
            .requestTimeout(PATIENCE)
            .deadline(PATIENCE)
            .build()) {
      int replicas = client.admin().createTable(TABLE).schema().replicas();
      int live = client.admin().clusterState().getMembersSize();
      try {
        SednaTable table = client.table(TABLE);
        var made = new BulkRecords(valueBytes);
        long writeNanos = timed("multiPut", progress -> write(table, made, progress));
        long scanNanos = timed("scan", progress -> scan(table, made, progress));
        return new BulkReport(records, valueBytes, live, replicas, batch, writeNanos, scanNanos);
      } finally {
        client.admin().dropTable(TABLE);
      }
    }
  }

  private interface Phase {
    void run(IntConsumer progress) throws InterruptedException;
  }

  private long timed(String name, Phase phase) throws InterruptedException {
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(records)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .build()) {
      long start = System.nanoTime();
      phase.run(bar::stepBy);
      return System.nanoTime() - start;
    }
  }

  private void write(SednaTable table, BulkRecords made, IntConsumer progress)
      throws InterruptedException {
    var underWay = new Semaphore(BATCHES_UNDER_WAY);
    var failure = new AtomicReference<Throwable>();
    for (int from = 0; from < records && failure.get() == null; from += batch) {
      List<PutEntry> entries = entries(made, from, Math.min(batch, records - from));
      underWay.acquire();
      var unused =
          table
              .multiPutAsync(entries)
              .thenAccept(results -> results.forEach(BulkBench::checkWritten))
              .whenComplete(
                  (done, e) -> {
                    if (e != null) {
                      failure.compareAndSet(null, e);
                    }
                    progress.accept(entries.size());
                    underWay.release();
                  });
    }
    underWay.acquire(BATCHES_UNDER_WAY);
    if (failure.get() != null) {
      throw new SednaException(
          ErrorCode.INTERNAL, "a write failed: " + failure.get(), failure.get());
    }
  }

  private static List<PutEntry> entries(BulkRecords made, int from, int count) {
    var entries = new ArrayList<PutEntry>(count);
    for (int i = 0; i < count; i++) {
      entries.add(made.entry(from + i));
    }
    return entries;
  }

  private static void checkWritten(WriteResult result) {
    if (!result.orThrow().isOk()) {
      throw new SednaException(ErrorCode.INTERNAL, "a new key was answered " + result.status());
    }
  }

  private void scan(SednaTable table, BulkRecords made, IntConsumer progress) {
    var check = new ReadBack(made, records);
    int told = 0;
    int seen = 0;
    for (Record record : table.scanAll(ScanSpec.builder().prefetch(16).build())) {
      check.check(record);
      if (++seen - told == batch) {
        progress.accept(seen - told);
        told = seen;
      }
    }
    progress.accept(seen - told);
    check.finish();
  }
}
