// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.chaos.Cluster.Daemon;
import io.sedna.client.SednaClient;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.verify.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Measures what the loss of a daemon costs those who use a cluster of three. */
final class Failover implements AutoCloseable {
  private static final int DAEMONS = 3;
  private static final int LEAD_MS = 1_000;
  private static final int PROBE_PAUSE_MS = 20;

  /** How much later than the session's end a primary must have followed. */
  private static final long WRITE_MARGIN_MS = 500;

  private static final long LONGEST_GAP_MS = 1_000;
  private static final long CONVERGENCE_MS = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Attempts of the probe are short, so that it is not the client's pauses that are measured. */
  private static final Duration PROBE_DEADLINE = Duration.ofMillis(300);

  private final Cluster cluster;
  private final int sessionTimeoutMs;
  private final Consumer<String> said;
  private final List<Line> lines = new ArrayList<>();

  /** One line of the result. */
  record Line(String what, String measured, String bar, boolean held) {}

  /**
   * @param said told what goes on
   */
  Failover(Children children, Path directory, int sessionTimeoutMs, Consumer<String> said)
      throws IOException {
    this.sessionTimeoutMs = sessionTimeoutMs;
    this.said = said;
    var network = new HostNetwork("not used here");
    cluster = new Cluster(children, network, directory, DAEMONS, 0, sessionTimeoutMs);
  }

  /** Starts the cluster. */
  void start() throws IOException {
    cluster.start();
    for (Tables table : Tables.values()) {
      if (!table.create(cluster.client().admin())) {
        throw new IOException("the instance offers no tables as " + table.table());
      }
    }
  }

  List<Line> lines() {
    return lines;
  }

  /** SIGKILL of a daemon; returns when it is back and has all its copies. */
  void kill(boolean controller) throws IOException {
    Daemon victim = victim(controller);
    String who = controller ? "the controller's daemon" : "a daemon";
    said.accept("SIGKILL of " + victim + ", " + who);
    try (SednaClient patient = cluster.clientBuilder().build();
        SednaClient hasty =
            cluster
                .clientBuilder()
                .requestTimeout(PROBE_DEADLINE)
                .deadline(PROBE_DEADLINE)
                .build();
        var reads = new Probes(patient, Tables.EVENTUAL, (table, key) -> table.get(key));
        var writes = new Probes(patient, Tables.EVENTUAL, (table, key) -> table.put(key, key));
        var strong = new Probes(hasty, Tables.STRONG, (table, key) -> table.put(key, key))) {
      Pauses.ms(LEAD_MS);
      List<Integer> lost = primaries(patient.refresh(), victim);
      reads.mark();
      writes.mark();
      strong.mark();
      victim.server().kill();
      long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
      while (strong.slowestFirstMs(lost) < 0 && System.nanoTime() - deadlineNs < 0) {
        Pauses.ms(PROBE_PAUSE_MS);
      }
      Pauses.ms(LEAD_MS);
      long first = strong.slowestFirstMs(lost);
      long bar = sessionTimeoutMs + WRITE_MARGIN_MS;
      add(
          "SIGKILL of "
              + who
              + ": first write to each of its "
              + lost.size()
              + " strong partitions",
          first,
          bar,
          first >= 0 && first <= bar);
      addGap(who, "reads", reads.longestGapMs());
      addGap(who, "W=2 writes", writes.longestGapMs());
    }
    victim.server().start();
    cluster.awaitComplete(PATIENCE);
  }

  private void addGap(String who, String what, long gapMs) {
    add(
        "SIGKILL of " + who + ": longest gap of eventual " + what + " of any partition",
        gapMs,
        LONGEST_GAP_MS,
        gapMs <= LONGEST_GAP_MS);
  }

  private void add(String what, long ms, long barMs, boolean held) {
    lines.add(new Line(what, ms + " ms", barMs + " ms", held));
    said.accept("  " + what + ": " + ms + " ms");
  }

  private Daemon victim(boolean controller) throws IOException {
    Daemon its = cluster.controller();
    return controller
        ? its
        : cluster.daemons().stream().filter(daemon -> daemon != its).findFirst().orElseThrow();
  }

  private static List<Integer> primaries(PartitionMap map, Daemon daemon) {
    return IntStream.range(0, map.partitions())
        .filter(
            p -> map.primary(p).filter(node -> node.id().value().equals(daemon.id())).isPresent())
        .boxed()
        .toList();
  }

  /** SIGSTOP of a daemon under load, and SIGCONT: what its waking does to the histories. */
  void pause(long ms) throws IOException {
    Daemon victim = victim(/* controller= */ false);
    said.accept("SIGSTOP of " + victim + " for " + ms + " ms");
    try (SednaClient client = cluster.newClient();
        var replicas = new Replicas(cluster.client())) {
      Load load = Load.start(client, EnumSet.allOf(Tables.class), "pause-", ms);
      Pauses.ms(LEAD_MS);
      victim.server().pause();
      Pauses.ms(ms);
      victim.server().resume();
      long wokenNs = System.nanoTime();
      Pauses.ms(LEAD_MS);
      load.stop();
      var checks = new ArrayList<RoundCheck>();
      load.recorders()
          .forEach(
              (table, recorder) ->
                  checks.add(new RoundCheck(cluster.client(), replicas, table, recorder)));
      long deadlineNs = wokenNs + PATIENCE.toNanos();
      while (!isConverged(checks) && System.nanoTime() - deadlineNs < 0) {
        Pauses.ms(PROBE_PAUSE_MS);
      }
      long convergedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - wokenNs);
      add(
          "SIGSTOP of " + ms / 1_000 + " s: from waking until all copies are there and alike",
          convergedMs,
          CONVERGENCE_MS,
          convergedMs <= CONVERGENCE_MS);
      int operations = 0;
      var findings = new ArrayList<Finding>();
      for (RoundCheck check : checks) {
        RoundCheck.Result result = check.check(Duration.ZERO);
        operations += result.history().size();
        findings.addAll(result.findings());
      }
      findings.forEach(finding -> said.accept(finding.toString()));
      lines.add(
          new Line(
              "the same: acknowledged writes lost, stale strong reads, in "
                  + operations
                  + " operations",
              Integer.toString(findings.size()),
              "0",
              findings.isEmpty()));
    }
  }

  private boolean isConverged(List<RoundCheck> checks) {
    try {
      return cluster.isComplete() && checks.stream().allMatch(RoundCheck::isAlike);
    } catch (SednaException e) {
      return false;
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
