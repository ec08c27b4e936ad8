// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaClient;
import io.sedna.common.verify.Copy;
import io.sedna.common.verify.Finding;
import io.sedna.common.verify.Finding.Rule;
import io.sedna.common.verify.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Rounds of one fault each under load: after each, all copies must be there again, replicas must be
 * alike, and the histories must be what the tables promise.
 */
final class ChaosRun implements AutoCloseable {
  private static final int SPARES = 1;
  private static final int LEAD_MS = 1_000;
  private static final Duration COMPLETE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration ALIKE_PATIENCE = Duration.ofSeconds(30);
  private static final int FINDINGS_SHOWN = 3;

  private final ChaosOptions options;
  private final Consumer<String> said;
  private final Children children;
  private final Network network;
  private final Cluster cluster;
  private final Set<Tables> tables = EnumSet.noneOf(Tables.class);
  private final Map<Tables, Map<String, Copy>> settled = new EnumMap<>(Tables.class);
  private final List<RoundReport> reports = new ArrayList<>();

  /**
   * @param said told what goes on
   */
  ChaosRun(ChaosOptions options, Children children, Consumer<String> said) throws IOException {
    this.options = options;
    this.said = said;
    this.children = children;
    this.network = NamespaceNetwork.open(children, options.daemons() + SPARES + 1);
    this.cluster =
        new Cluster(
            children,
            network,
            options.directory(),
            options.daemons(),
            SPARES,
            options.sessionTimeoutMs());
  }

  /** So far. */
  List<RoundReport> reports() {
    return reports;
  }

  /**
   * Runs until the time is over, or a round finds something.
   *
   * @return whether all rounds found nothing
   * @throws IOException if the cluster does not recover, or something fails that should not
   */
  boolean run() throws IOException {
    List<FaultKind> kinds = possibleFaults();
    cluster.start();
    said.accept("started " + options.daemons() + " daemons, seed=" + options.seed());
    for (Tables table : options.tables()) {
      if (table.create(cluster.client().admin())) {
        tables.add(table);
        settled.put(table, new TreeMap<>());
      } else {
        said.accept("skipped: the instance offers no tables as " + table.table());
      }
    }
    var injector = new Injector(cluster, fault -> said.accept("  " + fault));
    if (options.rolling()) {
      return rolling(injector);
    }
    var schedule = new Schedule(options.seed(), kinds);
    long endNs = System.nanoTime() + options.duration().toNanos();
    try (SednaClient patient = cluster.clientBuilder().build();
        var replicas = new Replicas(patient)) {
      for (int round = 1; round == 1 || System.nanoTime() - endNs < 0; round++) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
        long longestMs = Math.max(1_000, Math.min(options.longestMs(), leftMs / 3));
        Fault fault = schedule.next(options.daemons(), longestMs);
        boolean good;
        try (SednaClient client = cluster.newClient()) {
          good =
              round(
                  round,
                  fault.kind().option(),
                  () -> injector.inject(fault),
                  client,
                  patient,
                  replicas);
        }
        if (!good) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean rolling(Injector injector) throws IOException {
    try (SednaClient client = cluster.clientBuilder().build();
        var replicas = new Replicas(client)) {
      String name = options.upgrade().isPresent() ? "rolling upgrade" : "rolling restart";
      boolean good =
          round(1, name, () -> injector.restartAll(options.upgrade()), client, client, replicas);
      long failed =
          reports.get(0).tables().values().stream()
              .mapToLong(RoundReport.TableReport::failed)
              .sum();
      said.accept("failed calls: " + failed + ", retries within calls: " + client.retries());
      return good && failed == 0;
    }
  }

  /** What is done to the cluster in a round. */
  private interface Action {
    void run() throws IOException;
  }

  private List<FaultKind> possibleFaults() {
    var kinds = new ArrayList<>(options.faults());
    network
        .whyNoPartitions()
        .ifPresent(
            why -> {
              if (kinds.removeIf(FaultKind::needsPartitions)) {
                said.accept("skipped: faults of the network: " + why);
              }
            });
    if (options.daemons() <= Cluster.COPIES
        && kinds.removeIf(FaultKind::needsMoreDaemonsThanCopies)) {
      said.accept(
          "skipped: drain: "
              + options.daemons()
              + " daemons hold "
              + Cluster.COPIES
              + " copies, so none can be spared");
    }
    if (kinds.isEmpty()) {
      throw new IllegalStateException("no fault is left that can be done here");
    }
    return kinds;
  }

  private boolean round(
      int round,
      String name,
      Action action,
      SednaClient client,
      SednaClient patient,
      Replicas replicas)
      throws IOException {
    String prefix = "r" + round + "-";
    Load load = Load.start(client, tables, prefix, options.seed() + round);
    Pauses.ms(LEAD_MS);
    action.run();
    long healedNs = System.nanoTime();
    cluster.awaitComplete(COMPLETE_PATIENCE);
    long completeNs = System.nanoTime();
    Pauses.ms(LEAD_MS);
    load.stop();
    long stoppedNs = System.nanoTime();
    int findings = 0;
    for (Tables table : tables) {
      var result =
          new RoundCheck(patient, replicas, table, load.recorders().get(table))
              .check(ALIKE_PATIENCE);
      var all = new ArrayList<>(result.findings());
      all.addAll(stillThere(replicas, table));
      settled.get(table).putAll(result.settled());
      tell(round, table, result.history(), all);
      findings += all.size();
    }
    var report =
        new RoundReport(
            round,
            name,
            TimeUnit.NANOSECONDS.toMillis(completeNs - healedNs),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stoppedNs),
            tableReports(load),
            findings);
    reports.add(report);
    said.accept(ReportText.line(report));
    return findings == 0;
  }

  private static Map<String, RoundReport.TableReport> tableReports(Load load) {
    var reports = new LinkedHashMap<String, RoundReport.TableReport>();
    load.successes()
        .forEach(
            (table, counted) -> {
              var failures = new TreeMap<String, Long>();
              counted.failures().forEach((code, count) -> failures.put(code.name(), count));
              reports.put(
                  table.table(),
                  new RoundReport.TableReport(
                      counted.answered(),
                      counted.failed(),
                      counted.longestGapMs(),
                      counted.slowestMs(),
                      failures));
            });
    return reports;
  }

  /** What earlier rounds left must not change any more. */
  private List<Finding> stillThere(Replicas replicas, Tables table) throws IOException {
    Map<String, Copy> before = settled.get(table);
    Map<String, List<Copy>> now =
        replicas.await(
            table.table(),
            before.keySet(),
            ALIKE_PATIENCE,
            copies -> changed(before, copies).isEmpty());
    return changed(before, now);
  }

  private static List<Finding> changed(Map<String, Copy> before, Map<String, List<Copy>> now) {
    var findings = new ArrayList<Finding>();
    before.forEach(
        (key, copy) ->
            now.getOrDefault(key, List.of()).stream()
                .filter(
                    later -> !new HashSet<>(later.values()).equals(new HashSet<>(copy.values())))
                .findFirst()
                .ifPresent(
                    later ->
                        findings.add(
                            new Finding(
                                key,
                                Rule.NO_LOST_WRITE,
                                "nobody writes it any more, but it was "
                                    + copy
                                    + ", and now is "
                                    + later))));
    return findings;
  }

  private void tell(int round, Tables table, List<Operation> history, List<Finding> findings)
      throws IOException {
    if (findings.isEmpty()) {
      return;
    }
    Path file = options.directory().resolve("round-" + round + "-" + table.table() + ".txt");
    var text = new StringBuilder();
    for (Finding finding : findings) {
      text.append(finding).append("\nHistory of the key:\n");
      history.stream()
          .filter(operation -> operation.key().equals(finding.key()))
          .forEach(operation -> text.append("  ").append(operation).append('\n'));
      text.append('\n');
    }
    Files.writeString(file, text);
    said.accept("VIOLATION in " + table.table() + ": " + findings.size() + " keys, all in " + file);
    findings.stream().limit(FINDINGS_SHOWN).forEach(finding -> said.accept(finding.toString()));
  }

  @Override
  public void close() {
    cluster.close();
    children.close();
  }
}
