// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.client.Consistency;
import io.sedna.client.ScanSpec;
import io.sedna.client.VersionedValue;
import io.sedna.client.WriteOptions;
import io.sedna.client.WriteResult;
import java.time.Instant;
import java.util.List;

/** Commands for records. */
final class RecordCommands {
  private static final int DEFAULT_SCAN_LIMIT = 100;

  /** A hybrid timestamp holds milliseconds above a counter of this many bits. */
  private static final int COUNTER_BITS = 16;

  private static final List<String> NONE = List.of();
  private static final List<String> KEY = List.of("TABLE", "KEY");
  private static final List<String> ENTRY = List.of("TABLE", "KEY", "VALUE");
  private static final List<String> CONSISTENCY = List.of("consistency");
  private static final List<String> WRITE = List.of("ttl", "source", "timestamp", "consistency");
  private static final List<String> UPDATE = List.of("ttl", "source");

  static final List<ShellCommand> ALL =
      List.of(
          new ShellCommand(
              "put",
              ENTRY,
              NONE,
              WRITE,
              "store a value, unless a newer one is there; consistency=one|quorum|all or a number of copies",
              RecordCommands::put),
          new ShellCommand(
              "putall",
              ENTRY,
              NONE,
              WRITE,
              "store a value beside those of other sources",
              RecordCommands::putAll),
          new ShellCommand(
              "get", KEY, NONE, CONSISTENCY, "show the newest value of a key", RecordCommands::get),
          new ShellCommand(
              "getall",
              KEY,
              NONE,
              CONSISTENCY,
              "show every source's value of a key",
              RecordCommands::getAll),
          new ShellCommand(
              "scan",
              List.of("TABLE"),
              NONE,
              List.of("prefix", "limit", "consistency"),
              "show records; limit=0 for all, otherwise " + DEFAULT_SCAN_LIMIT,
              RecordCommands::scan),
          new ShellCommand(
              "count",
              List.of("TABLE"),
              NONE,
              List.of("prefix", "consistency"),
              "count records by reading them",
              RecordCommands::count),
          new ShellCommand(
              "delete",
              KEY,
              NONE,
              List.of("source", "timestamp", "consistency"),
              "delete a key",
              RecordCommands::delete),
          new ShellCommand(
              "cas",
              List.of("TABLE", "KEY", "TIMESTAMP", "VALUE"),
              NONE,
              UPDATE,
              "store a value if the newest has this timestamp; 0: if there is none",
              RecordCommands::compareAndSet),
          new ShellCommand(
              "put-if-absent",
              ENTRY,
              NONE,
              UPDATE,
              "store a value if the key has none",
              RecordCommands::putIfAbsent),
          new ShellCommand(
              "delete-if",
              List.of("TABLE", "KEY", "TIMESTAMP"),
              NONE,
              List.of("source"),
              "delete a key if its newest value has this timestamp",
              RecordCommands::compareAndDelete),
          new ShellCommand(
              "incr",
              KEY,
              List.of("DELTA"),
              UPDATE,
              "add to a number and show the sum; DELTA may be negative, and is 1 unless given",
              RecordCommands::increment),
          new ShellCommand(
              "append",
              ENTRY,
              NONE,
              List.of("source"),
              "add bytes at the end of a value",
              RecordCommands::append),
          new ShellCommand(
              "touch",
              List.of("TABLE", "KEY", "TTL"),
              NONE,
              NONE,
              "give a key a new time to live; 0: for ever",
              RecordCommands::touch));

  private RecordCommands() {}

  private static void put(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    written(table.put(arguments.bytes(1), arguments.bytes(2), options(arguments)), session);
  }

  private static void putAll(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    written(table.putAll(arguments.bytes(1), arguments.bytes(2), options(arguments)), session);
  }

  private static WriteOptions options(Arguments arguments) {
    return new WriteOptions(
        arguments.longInteger("timestamp").orElse(0L),
        arguments.integer("source").orElse(0),
        arguments.duration("ttl").map(ttl -> ttl.toMillis()).orElse(WriteOptions.UNSET),
        consistency(arguments));
  }

  private static Consistency consistency(Arguments arguments) {
    return arguments.option("consistency").map(Consistency::parse).orElse(Consistency.TABLE);
  }

  private static void get(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    var value = table.get(arguments.bytes(1), consistency(arguments));
    show(value.map(List::of).orElse(List.of()), session);
  }

  private static void getAll(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    show(table.getAll(arguments.bytes(1), consistency(arguments)), session);
  }

  private static void show(List<VersionedValue> values, Session session) {
    var columns = List.of("value", "timestamp", "source", "written", "expires");
    try (var rows = session.out().rows(columns)) {
      for (var value : values) {
        rows.add(
            value.value(),
            value.timestamp(),
            value.source(),
            time(value.timestamp() >>> COUNTER_BITS),
            expiry(value.expiresAtMs()));
      }
    }
  }

  private static void scan(Arguments arguments, Session session) {
    int limit = arguments.integer("limit").orElse(DEFAULT_SCAN_LIMIT);
    if (limit < 0) {
      throw new SyntaxException("limit=" + limit + " is negative");
    }
    var records = session.client().table(arguments.text(0)).scanAll(spec(arguments));
    int shown = 0;
    boolean more = false;
    try (var rows = session.out().rows(List.of("key", "value", "timestamp", "source", "expires"))) {
      for (var record : records) {
        if (limit > 0 && shown == limit) {
          more = true;
          break;
        }
        rows.add(
            record.key(),
            record.value(),
            record.timestamp(),
            record.source(),
            expiry(record.expiresAtMs()));
        shown++;
      }
    }
    if (more) {
      session.out().message("there are more; limit=0 shows all");
    }
  }

  private static void count(Arguments arguments, Session session) {
    long count = 0;
    var records = session.client().table(arguments.text(0)).scanAll(spec(arguments)).iterator();
    while (records.hasNext()) {
      records.next();
      count++;
    }
    try (var rows = session.out().rows(List.of("table", "records"))) {
      rows.add(arguments.text(0), count);
    }
  }

  private static ScanSpec spec(Arguments arguments) {
    var builder = ScanSpec.builder().consistency(consistency(arguments));
    arguments.optionBytes("prefix").ifPresent(builder::prefix);
    return builder.build();
  }

  private static void delete(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    written(table.delete(arguments.bytes(1), options(arguments)), session);
  }

  private static void compareAndSet(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    var expected = arguments.longInteger(2, "TIMESTAMP");
    decided(
        table.compareAndSet(arguments.bytes(1), expected, arguments.bytes(3), options(arguments)),
        session);
  }

  private static void putIfAbsent(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    decided(table.putIfAbsent(arguments.bytes(1), arguments.bytes(2), options(arguments)), session);
  }

  private static void compareAndDelete(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    var expected = arguments.longInteger(2, "TIMESTAMP");
    decided(table.compareAndDelete(arguments.bytes(1), expected, options(arguments)), session);
  }

  private static void append(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    decided(table.append(arguments.bytes(1), arguments.bytes(2), options(arguments)), session);
  }

  private static void increment(Arguments arguments, Session session) {
    var table = session.client().table(arguments.text(0));
    var delta = arguments.optionalText(2).isEmpty() ? 1 : arguments.longInteger(2, "DELTA");
    var sum = table.increment(arguments.bytes(1), delta, options(arguments));
    try (var rows = session.out().rows(List.of("value"))) {
      rows.add(sum);
    }
  }

  /** With the timestamp of what is there now, by which the next command can go. */
  private static void decided(WriteResult result, Session session) {
    try (var rows = session.out().rows(List.of("status", "timestamp"))) {
      rows.add(result.status().toString(), result.timestamp());
    }
  }

  private static void touch(Arguments arguments, Session session) {
    var ttl = Durations.parse(arguments.text(2), "TTL");
    written(session.client().table(arguments.text(0)).touch(arguments.bytes(1), ttl), session);
  }

  /** OUTDATED and NOT_FOUND are answers, not failures. */
  private static void written(WriteResult result, Session session) {
    if (result.error().isPresent()) {
      throw result.error().get();
    }
    session.out().message(result.status().toString());
  }

  private static String time(long ms) {
    return Instant.ofEpochMilli(ms).toString();
  }

  private static String expiry(long ms) {
    return ms == 0 ? "never" : time(ms);
  }
}
