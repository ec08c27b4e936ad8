// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Commands for snapshots. */
final class SnapshotCommands {
  private static final Duration TIMEOUT = Duration.ofHours(2);
  private static final List<String> NONE = List.of();
  private static final List<String> NAME = List.of("NAME");

  static final List<ShellCommand> ALL =
      List.of(
          new ShellCommand(
              "snapshot",
              NONE,
              NAME,
              List.of("tables"),
              "write tables to a snapshot; tables=ds.a,ds.b for some",
              SnapshotCommands::snapshot),
          new ShellCommand(
              "snapshots",
              NONE,
              NONE,
              NONE,
              "show snapshots, newest first",
              SnapshotCommands::list),
          new ShellCommand(
              "delete snapshot",
              NAME,
              NONE,
              NONE,
              "delete a snapshot's files",
              SnapshotCommands::delete),
          new ShellCommand(
              "restore",
              List.of("SNAPSHOT"),
              NONE,
              List.of("tables", "overwrite"),
              "give back tables of a snapshot, by its name or URI; overwrite=true replaces them",
              SnapshotCommands::restore));

  private SnapshotCommands() {}

  private static void snapshot(Arguments arguments, Session session) {
    var request = new SnapshotRequest();
    arguments.optionalText(0).ifPresent(request::setName);
    tables(arguments).ifPresent(request::setTables);
    var admin = session.client().admin();

    var operation = Operations.await(admin.snapshot(request), TIMEOUT, session);

    show(
        admin.listSnapshots().stream()
            .filter(info -> info.getName().equals(operation.getSubject()))
            .toList(),
        session);
  }

  private static void list(Arguments arguments, Session session) {
    show(session.client().admin().listSnapshots(), session);
  }

  private static void show(List<SnapshotInfo> snapshots, Session session) {
    var columns =
        List.of("snapshot", "created", "records", "bytes", "files", "periodic", "tables", "path");
    try (var rows = session.out().rows(columns)) {
      for (var info : snapshots) {
        rows.add(
            info.getName(),
            Instant.ofEpochMilli(info.getCreatedAtMs()).toString(),
            info.getRecords(),
            info.getBytes(),
            info.getFiles(),
            info.isPeriodic(),
            String.join(",", info.getTables()),
            info.getPath());
      }
    }
  }

  private static void delete(Arguments arguments, Session session) {
    session.client().admin().deleteSnapshot(arguments.text(0));
    session.out().message("deleted snapshot " + arguments.text(0));
  }

  private static void restore(Arguments arguments, Session session) {
    var request = new RestoreRequest(arguments.text(0));
    tables(arguments).ifPresent(request::setTables);
    request.setOverwrite(arguments.flag("overwrite"));

    Operations.await(session.client().admin().restore(request), TIMEOUT, session);

    session.out().message("restored " + arguments.text(0));
  }

  private static Optional<List<String>> tables(Arguments arguments) {
    return arguments.option("tables").map(names -> List.of(names.split(",")));
  }
}
