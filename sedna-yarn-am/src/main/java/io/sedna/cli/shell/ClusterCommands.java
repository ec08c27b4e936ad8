// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.client.CopyWarnings;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.TableMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Commands for the instance. */
final class ClusterCommands {
  private static final Duration DRAIN_TIMEOUT = Duration.ofMinutes(30);
  private static final Duration LONG_TIMEOUT = Duration.ofHours(1);
  private static final List<String> NONE = List.of();
  private static final List<String> NODE = List.of("NODE");

  static final List<ShellCommand> ALL =
      List.of(
          new ShellCommand(
              "status", NONE, NONE, NONE, "show daemons and partitions", ClusterCommands::status),
          new ShellCommand(
              "stats",
              NONE,
              NONE,
              NONE,
              "show records, memory and operations",
              ClusterCommands::statistics),
          new ShellCommand(
              "drain",
              NODE,
              NONE,
              NONE,
              "move every partition away from a daemon",
              ClusterCommands::drain),
          new ShellCommand(
              "undrain", NODE, NONE, NONE, "take a drain back", ClusterCommands::undrain),
          new ShellCommand(
              "repair",
              NONE,
              NONE,
              List.of("tables"),
              "make all copies of eventual tables alike, now; tables=ds.a,ds.b for some",
              ClusterCommands::repair),
          new ShellCommand(
              "rebalance",
              NONE,
              NONE,
              NONE,
              "move copies until records, bytes and load are balanced over the daemons, now",
              ClusterCommands::rebalance),
          new ShellCommand(
              "accept-loss",
              List.of("PARTITIONS"),
              NONE,
              NONE,
              "give up what partitions held that answer LOADING because all their copies are lost: all, or numbers as 3,17",
              ClusterCommands::acceptLoss),
          new ShellCommand("freeze", NONE, NONE, NONE, "refuse writes", ClusterCommands::freeze),
          new ShellCommand("thaw", NONE, NONE, NONE, "take writes again", ClusterCommands::thaw));

  private ClusterCommands() {}

  private static void status(Arguments arguments, Session session) {
    var state = session.client().admin().clusterState();
    var columns =
        List.of(
            "instance",
            "epoch",
            "controller",
            "partitions",
            "replication",
            "complete",
            "under_replicated",
            "loading",
            "frozen");
    try (var rows = session.out().rows(columns)) {
      rows.add(
          state.getInstance(),
          state.getEpoch(),
          state.getController(),
          state.getPartitions(),
          state.getReplication(),
          state.getComplete(),
          state.getUnderReplicated(),
          state.getLoading(),
          state.isFrozen());
    }
    var daemons =
        List.of(
            "node", "host", "thrift_port", "http_port", "rack", "state", "primaries", "replicas");
    try (var rows = session.out().rows(daemons)) {
      for (var member : state.getMembers()) {
        rows.add(
            member.getNodeId(),
            member.getHost(),
            member.getThriftPort(),
            member.getHttpPort(),
            member.getRack(),
            member.isLive() ? (member.isDraining() ? "draining" : "live") : "lost",
            member.getPrimaries(),
            member.getReplicas());
      }
    }
    if (state.getEpoch() > 0) {
      CopyWarnings.of(session.client()).forEach(session.out()::warning);
    }
  }

  private static void statistics(Arguments arguments, Session session) {
    var statistics = session.client().admin().statistics();
    var ofTables =
        List.of(
            "table", "records", "bytes", "live", "dead", "index", "evicted", "expired", "hits",
            "misses");
    try (var rows = session.out().rows(ofTables)) {
      for (var table : statistics.getTables()) {
        var memory = table.isSetMemory() ? table.getMemory() : new TableMemory();
        rows.add(
            table.getName(),
            table.getRecords(),
            table.getBytes(),
            memory.getLiveBytes(),
            memory.getDeadBytes(),
            memory.getIndexBytes(),
            memory.getEvictions(),
            memory.getExpirations(),
            memory.getHits(),
            memory.getMisses());
      }
    }
    var columns =
        List.of(
            "node",
            "records",
            "bytes",
            "memory_used",
            "memory_limit",
            "heap_used",
            "heap_max",
            "reads",
            "writes",
            "scans",
            "failures",
            "operations_per_second",
            "connections",
            "uptime_seconds");
    try (var rows = session.out().rows(columns)) {
      for (var node : statistics.getNodes()) {
        rows.add(
            node.getNodeId(),
            node.getRecords(),
            node.getBytes(),
            node.getMemoryUsedBytes(),
            node.getMemoryLimitBytes(),
            node.getHeapUsedBytes(),
            node.getHeapMaxBytes(),
            node.getReads(),
            node.getWrites(),
            node.getScans(),
            node.getFailures(),
            node.getOperationsPerSecond(),
            node.getConnections(),
            node.getUptimeMs() / 1000);
      }
    }
  }

  private static void drain(Arguments arguments, Session session) {
    var operation = session.client().admin().drain(arguments.text(0));
    Operations.await(operation, DRAIN_TIMEOUT, session);
    session.out().message("drained " + arguments.text(0) + "; it can be stopped");
  }

  private static void undrain(Arguments arguments, Session session) {
    session.client().admin().undrain(arguments.text(0));
    session.out().message(arguments.text(0) + " takes partitions again");
  }

  private static void repair(Arguments arguments, Session session) {
    var tables = arguments.option("tables").map(names -> List.of(names.split(",")));
    var begun = session.client().admin().repair(tables.orElse(List.of()));
    show(Operations.await(begun, LONG_TIMEOUT, session), session);
    session.out().message("all copies are alike: " + begun.getSubject());
  }

  private static void rebalance(Arguments arguments, Session session) {
    show(Operations.await(session.client().admin().rebalance(), LONG_TIMEOUT, session), session);
    session.out().message("nothing is left to be moved");
  }

  private static void show(OperationInfo info, Session session) {
    var columns = List.of("id", "kind", "subject", "state", "done", "total", "started", "finished");
    try (var rows = session.out().rows(columns)) {
      rows.add(
          info.getId(),
          info.getKind(),
          info.getSubject(),
          info.getState().name(),
          info.getDone(),
          info.getTotal(),
          Instant.ofEpochMilli(info.getStartedAtMs()).toString(),
          Instant.ofEpochMilli(info.getFinishedAtMs()).toString());
    }
  }

  private static void acceptLoss(Arguments arguments, Session session) {
    var accepted = session.client().admin().acceptLoss(partitions(arguments.text(0)));
    try (var rows = session.out().rows(List.of("accepted"))) {
      accepted.forEach(rows::add);
    }
  }

  /** None stands for all that answer LOADING. */
  private static List<Integer> partitions(String text) {
    if (text.equalsIgnoreCase("all")) {
      return List.of();
    }
    var partitions = new ArrayList<Integer>();
    for (var number : text.split(",", -1)) {
      try {
        partitions.add(Integer.valueOf(number));
      } catch (NumberFormatException e) {
        throw new SyntaxException(
            "PARTITIONS=" + text + " is neither all nor numbers parted by commas");
      }
    }
    return partitions;
  }

  private static void freeze(Arguments arguments, Session session) {
    session.client().admin().freeze();
    session.out().message("writes are refused");
  }

  private static void thaw(Arguments arguments, Session session) {
    session.client().admin().thaw();
    session.out().message("writes are taken");
  }
}
