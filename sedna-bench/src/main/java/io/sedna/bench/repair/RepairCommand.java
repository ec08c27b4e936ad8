// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.repair;

import io.sedna.bench.workload.FastRandom;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.classification.InterfaceAudience;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Two replicas of a table, of whose keys one has older values for a part, and what it takes to make
 * them alike: by a repair that the primary is ordered to do, as {@code sedna repair} has it done.
 * Messages are encoded and decoded as between daemons, and counted; the sockets are left out.
 */
@Command(
    name = "repair",
    description = "Make replicas alike that differ in a part of their keys; nothing is started.",
    mixinStandardHelpOptions = true)
@InterfaceAudience.Private
public final class RepairCommand implements Callable<Integer> {
  private static final int KEY_BYTES = 16;
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(names = "--records", defaultValue = "1000000", description = "Default: ${DEFAULT-VALUE}.")
  private int records;

  @Option(
      names = "--value-bytes",
      defaultValue = "100",
      description = "Size of each value. Default: ${DEFAULT-VALUE}.")
  private int valueBytes;

  @Option(
      names = "--diverged",
      defaultValue = "20",
      description = "Per cent of the keys that differ. Default: ${DEFAULT-VALUE}.")
  private double divergedPercent;

  @Option(
      names = "--stale",
      defaultValue = "other",
      description = "Which replica is behind: primary or other. Default: ${DEFAULT-VALUE}.")
  private String stale;

  @Option(
      names = "--partitions",
      defaultValue = "64",
      description = "A power of two. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Override
  public Integer call() {
    boolean known = "primary".equals(stale) || "other".equals(stale);
    if (!known || records < 1 || valueBytes < 0 || Integer.bitCount(partitions) != 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "see --help: --stale=" + stale + ", --partitions=" + partitions);
    }
    try (var pair = new ReplicaPair(partitions, (long) records * (KEY_BYTES + valueBytes))) {
      long diverged = diverge(pair);
      Repaired repaired = repair(pair);
      report(diverged, repaired, pair);
      return pair.alike() ? 0 : 1;
    }
  }

  private record Repaired(RepairProgress progress, double seconds) {}

  /** Writes to both, and newer values to one; answers how many keys differ. */
  private long diverge(ReplicaPair pair) {
    var random = new FastRandom(1);
    long nowMs = System.currentTimeMillis();
    int newer = "primary".equals(stale) ? 1 : 0;
    long diverged = 0;
    for (int i = 0; i < records; i++) {
      byte[] key = String.format(Locale.ROOT, "key-%012d", i).getBytes(StandardCharsets.UTF_8);
      long atMs = nowMs - HOUR_MS + random.nextLong(HOUR_MS / 2);
      StoredVersion old = StoredVersion.value(HybridClock.ofMillis(atMs), 0, 0, value(random));
      pair.put(1 - newer, key, old);
      if (random.nextDouble() * 100 < divergedPercent) {
        long laterMs = nowMs - random.nextLong(HOUR_MS / 2);
        old = StoredVersion.value(HybridClock.ofMillis(laterMs), 0, 0, value(random));
        diverged++;
      }
      pair.put(newer, key, old);
    }
    return diverged;
  }

  private byte[] value(FastRandom random) {
    byte[] value = new byte[valueBytes];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) random.nextLong();
    }
    return value;
  }

  private static Repaired repair(ReplicaPair pair) {
    long startNanos = System.nanoTime();
    var order = new RepairOrder("bench", List.of(ReplicaPair.TABLE_ID));
    RepairProgress progress = pair.order(order);
    while (!progress.isFinished()) {
      LockSupport.parkNanos(PAUSE_NS);
      progress = pair.order(order);
    }
    return new Repaired(progress, (System.nanoTime() - startNanos) / 1e9);
  }

  private void report(long diverged, Repaired repaired, ReplicaPair pair) {
    PrintWriter out = spec.commandLine().getOut();
    long divergedBytes = diverged * (KEY_BYTES + valueBytes);
    out.printf(
        Locale.ROOT,
        "%,d records of %d + %d bytes in %d partitions, %,d differ; the %s is behind%n",
        records,
        KEY_BYTES,
        valueBytes,
        partitions,
        diverged,
        "primary".equals(stale) ? "primary" : "other replica");
    out.printf(
        Locale.ROOT,
        "repaired            %d of %d partitions, %d failed, %,d records, in %.2f s%n",
        repaired.progress().getDone(),
        repaired.progress().getTotal(),
        repaired.progress().getFailed(),
        repaired.progress().getRecords(),
        repaired.seconds());
    out.printf(Locale.ROOT, "diverged bytes      %,d%n", divergedBytes);
    pair.bytes()
        .forEach((method, bytes) -> out.printf(Locale.ROOT, "  %-17s %,d%n", method, bytes));
    out.printf(
        Locale.ROOT,
        "sent in all         %,d, %.3f times the diverged bytes%n",
        pair.allBytes(),
        divergedBytes == 0 ? 0 : (double) pair.allBytes() / divergedBytes);
    out.printf("replicas            %s%n", pair.alike() ? "alike" : "NOT ALIKE");
    out.flush();
  }
}
